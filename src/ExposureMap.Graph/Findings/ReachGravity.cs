using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>Which machines in reach are shown where not all can be: the gravest.</summary>
/// <param name="harms">The gravest thing done to each machine that something was done to.</param>
internal sealed class ReachGravity(IReadOnlyDictionary<int, ConduitOperation> harms)
{
    private const int MeterRank = 3;

    /// <summary>Meters are many and alike: of a segment's, a few stand for all that nothing was done to.</summary>
    private const int MetersOfASegment = 5;

    /// <summary>
    /// Those that something was done to, crown jewels, control systems, meters, others; of the same kind the certain and the early ones first.
    /// </summary>
    public IEnumerable<TimedRow> GravestFirst(IEnumerable<TimedRow> rows) => rows
        .OrderByDescending(row => harms.TryGetValue(row.Asset.Id, out var harm) ? 1 + (int)harm.Operation.Effect : 0)
        .ThenBy(row => Rank(row.Asset)).ThenByDescending(row => row.Certainty == PathCertainty.Must).ThenBy(row => row.Time);

    /// <summary>As many of the gravest as there is room for, in the order they were given.</summary>
    public ImmutableArray<TimedRow> Keep(ImmutableArray<TimedRow> rows, int room)
    {
        if (rows.Length <= room) return rows;
        var (shown, rest, meters) = (new List<TimedRow>(), new List<TimedRow>(), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var row in GravestFirst(rows))
        {
            var isOneOfMany = !harms.ContainsKey(row.Asset.Id) && Rank(row.Asset) == MeterRank
                && (meters[row.Asset.Segment.Name] = meters.GetValueOrDefault(row.Asset.Segment.Name) + 1) > MetersOfASegment;
            (isOneOfMany ? rest : shown).Add(row);
        }

        var kept = shown.Concat(rest).Take(room).Select(row => row.Asset.Id).ToHashSet();
        return [.. rows.Where(row => kept.Contains(row.Asset.Id))];
    }

    private static int Rank(Asset asset)
    {
        if (asset.HasRole("head-end") || asset.HasRole("domain-controller")) return 0;
        return asset.Kind switch { SegmentKind.Ot => asset.Roles.IsEmpty ? 2 : 1, SegmentKind.Metering => MeterRank, _ => 4 };
    }
}
