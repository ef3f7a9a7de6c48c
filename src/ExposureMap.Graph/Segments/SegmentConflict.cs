using System.Collections.Immutable;
using System.Globalization;

namespace ExposureMap.Graph.Segments;

/// <summary>Two segments that claim the same name, prefix, VLAN or MAC, so that nothing can decide between them.</summary>
/// <param name="Claim">What both claim: <c>name corporate</c>, <c>prefix 10.1.0.0/16</c>, <c>vlan 701</c>, <c>mac 00:30:a7:00:00:01</c>.</param>
public sealed record SegmentConflict(Segment First, Segment Second, string Claim)
{
    /// <summary>In the order of the second claim.</summary>
    public static ImmutableArray<SegmentConflict> Among(IEnumerable<Segment> segments)
    {
        var owners = new Dictionary<string, Segment>(StringComparer.Ordinal);
        var conflicts = ImmutableArray.CreateBuilder<SegmentConflict>();
        foreach (var segment in segments)
            foreach (var claim in ClaimsOf(segment))
                if (!owners.TryAdd(claim, segment) && !ReferenceEquals(owners[claim], segment)) conflicts.Add(new(owners[claim], segment, claim));
        return conflicts.DrainToImmutable();
    }

    public override string ToString() => Claim.StartsWith("name ", StringComparison.Ordinal)
        ? $"segment '{Second.Name}': declared twice"
        : $"segment '{Second.Name}': {Claim} is also segment '{First.Name}'";

    private static IEnumerable<string> ClaimsOf(Segment segment) =>
    [
        $"name {segment.Name}",
        .. segment.Prefixes.Select(prefix => $"prefix {prefix}"),
        .. segment.Vlans.Select(vlan => string.Create(CultureInfo.InvariantCulture, $"vlan {vlan}")),
        .. segment.Macs.Select(mac => $"mac {mac}"),
    ];
}
