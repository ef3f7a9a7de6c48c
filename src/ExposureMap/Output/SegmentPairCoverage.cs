using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Output;

/// <summary>
/// How much of the traffic between two segments was seen, and how much of it without an answer: nobody answered, or the mirror does not show it.
/// </summary>
/// <param name="WithGaps">Conduits in which octets were acknowledged that were never captured: frames were lost there.</param>
internal sealed record SegmentPairCoverage(string From, string To, long Conduits, long WithGaps, long Conversations, long Unanswered,
    Timestamp First, Timestamp Last)
{
    public static ImmutableArray<Column<SegmentPairCoverage>> Columns { get; } =
    [
        Column.Word<SegmentPairCoverage>("from_segment", row => row.From),
        Column.Word<SegmentPairCoverage>("to_segment", row => row.To),
        Column.Number<SegmentPairCoverage>("conversations", row => row.Conversations),
        Column.Number<SegmentPairCoverage>("unanswered", row => row.Unanswered),
        Column.Word<SegmentPairCoverage>("directions", row => row.Directions),
        Column.Number<SegmentPairCoverage>("conduits", row => row.Conduits),
        Column.Number<SegmentPairCoverage>("conduits_with_gaps", row => row.WithGaps),
        Column.Time<SegmentPairCoverage>("first_seen", row => row.First),
        Column.Time<SegmentPairCoverage>("last_seen", row => row.Last),
    ];

    /// <param name="from">Only conduits from these assets; null for all. <paramref name="to"/> likewise.</param>
    public static IEnumerable<SegmentPairCoverage> Of(MapSnapshot map, IReadOnlySet<int>? from, IReadOnlySet<int>? to) => map.Conduits
        .Where(conduit => conduit.To >= 0 && (from?.Contains(conduit.From) ?? true) && (to?.Contains(conduit.To) ?? true))
        .GroupBy(conduit => (From: conduit.FromSegment.Name, To: conduit.ToSegment.Name))
        .OrderBy(pair => pair.Key.From, StringComparer.Ordinal).ThenBy(pair => pair.Key.To, StringComparer.Ordinal)
        .Select(pair => new SegmentPairCoverage(
            pair.Key.From, pair.Key.To, pair.Count(), pair.Count(conduit => conduit.Data.HasGaps != 0),
            pair.Sum(conduit => conduit.Conversations), pair.Sum(conduit => (long)conduit.Data.OneWay + conduit.Data.Attempted),
            pair.Min(conduit => conduit.FirstSeen), pair.Max(conduit => conduit.LastSeen)));

    /// <summary>Protocols.md G2: from 95 percent both ways on, silence means something; up to 5 percent the mirror shows one direction.</summary>
    private string Directions =>
        Conversations == 0 || Unanswered * 20 <= Conversations ? "both" : Unanswered * 20 >= Conversations * 19 ? "one" : "partly both";
}
