using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>What the policy says of something that was seen, or the traffic of something that it allows.</summary>
public enum PolicyVerdict : byte
{
    /// <summary>Seen and allowed.</summary>
    Allowed,

    /// <summary>Seen; the rule that allowed it has ended.</summary>
    Lapsed,

    /// <summary>Seen, and no rule allows it.</summary>
    Outside,

    /// <summary>Allowed and never seen.</summary>
    Unused,

    /// <summary>Seen; the site declared no policy to judge it by.</summary>
    Unjudged,
}

/// <summary>One service between two segments, or for <see cref="PolicyVerdict.Unused"/> one permission.</summary>
/// <param name="Rule">The rule that allows it, or would have; null where none does.</param>
public sealed record ZoneFlow(
    Segment From, Segment To, string Service, PolicyVerdict Verdict, PolicyRule? Rule, int Conduits, long Conversations, PivotRank Rank,
    Timestamp LastSeen, Evidence Evidence);

/// <summary>
/// The zone-and-conduit matrix (IEC 62443-3-2, ZCR 3 and 5): what passes between each two segments, against what may. Only what got through:
/// attempts that came to nothing broke no rule. Group addresses are no zone's machines.
/// </summary>
public sealed class ZoneMatrix
{
    public ZoneMatrix(MapSnapshot map)
    {
        Policy = map.Settings.Policy;
        var flows = Seen(map).Concat(NeverSeen(map)).ToList();
        var byZones = flows.OrderBy(flow => flow.From.Name, StringComparer.Ordinal).ThenBy(flow => flow.To.Name, StringComparer.Ordinal);
        Flows = [.. byZones.ThenBy(flow => flow.Verdict).ThenBy(flow => flow.Service, StringComparer.Ordinal)];
        Zones =
        [
            .. flows.SelectMany(flow => new[] { flow.From, flow.To }).Concat(map.Segments.Segments).DistinctBy(segment => segment.Name)
                .OrderBy(segment => Depth(segment.Kind)).ThenBy(segment => segment.Kind).ThenBy(segment => segment.Name, StringComparer.Ordinal),
        ];
    }

    public SegmentPolicy Policy { get; }

    /// <summary>From the outside in.</summary>
    public ImmutableArray<Segment> Zones { get; }

    public ImmutableArray<ZoneFlow> Flows { get; }

    public ImmutableArray<ZoneFlow> Between(Segment from, Segment to) =>
        [.. Flows.Where(flow => flow.From.Name == from.Name && flow.To.Name == to.Name)];

    private static int Depth(SegmentKind kind) => kind switch
    {
        SegmentKind.External => 0,
        SegmentKind.It => 1,
        SegmentKind.Dmz => 2,
        SegmentKind.Management => 3,
        SegmentKind.Unknown => 5,
        _ => 4,
    };

    private static IEnumerable<ZoneFlow> Seen(MapSnapshot map)
    {
        var crossing = new FindingContext(map).Crossings.Where(one => map.Record.Conduits[one.Row].IsUsable);
        foreach (var group in crossing.GroupBy(one =>
            (From: one.From, To: one.To, Service: map.Record.Services[map.Record.Conduits[one.Row].Service])))
        {
            var (from, to, service) = group.Key;
            var conduits = group.Select(one => new Conduit(map, one.Row)).ToList();
            var last = conduits.Max(conduit => conduit.LastSeen);
            var allowing = map.Settings.Policy.Allowing(from, to, service, last);
            var lapsed = allowing is null ? map.Settings.Policy.Lapsed(from, to, service, last) : null;
            var verdict = !map.Settings.Policy.IsDeclared
                ? PolicyVerdict.Unjudged
                : allowing is not null
                ? PolicyVerdict.Allowed
                : lapsed is not null
                ? PolicyVerdict.Lapsed
                : PolicyVerdict.Outside;
            yield return new(
                from, to, service.ToString(), verdict, allowing ?? lapsed, conduits.Count, conduits.Sum(conduit => conduit.Conversations),
                conduits.Max(conduit => conduit.PivotRank), last, conduits.MinBy(conduit => conduit.FirstSeen).Evidence);
        }
    }

    private static IEnumerable<ZoneFlow> NeverSeen(MapSnapshot map)
    {
        var seen = new FindingContext(map).Crossings.Where(one => map.Record.Conduits[one.Row].IsUsable)
            .Select(one => (one.From.Name, one.To.Name, Service: map.Record.Services[map.Record.Conduits[one.Row].Service])).ToHashSet();
        foreach (var rule in map.Settings.Policy.Rules)
        {
            if (map.Segments.Named(rule.From) is not { } from || map.Segments.Named(rule.To) is not { } to) continue;
            foreach (var match in rule.Services)
            {
                if (seen.Any(one => one.Item1 == rule.From && one.Item2 == rule.To && match.Matches(one.Service))) continue;
                yield return new(from, to, match.ToString(), PolicyVerdict.Unused, rule, 0, 0, PivotRank.None, Timestamp.Never,
                    new("", 0, 0, Timestamp.Never, Timestamp.Never));
            }
        }
    }
}
