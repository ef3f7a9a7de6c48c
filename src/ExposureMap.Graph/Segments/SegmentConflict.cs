using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>Two segments that claim the same name, prefix, VLAN or MAC, so that nothing can decide between them.</summary>
/// <param name="Claim">What both claim: <c>name corporate</c>, <c>prefix 10.1.0.0/16</c>, <c>vlan 701</c>, <c>mac 00:30:a7:00:00:01</c>.</param>
public sealed record SegmentConflict(Segment First, Segment Second, string Claim)
{
    private const string NameClaim = "name ";

    /// <summary>In the order of the second claim.</summary>
    public static ImmutableArray<SegmentConflict> Among(IEnumerable<Segment> segments)
    {
        var owners = new Dictionary<Claimed, Segment>();
        var conflicts = ImmutableArray.CreateBuilder<SegmentConflict>();
        foreach (var segment in segments)
            foreach (var claim in ClaimsOf(segment))
                if (!owners.TryAdd(claim, segment) && !ReferenceEquals(owners[claim], segment))
                    conflicts.Add(new(owners[claim], segment, claim.ToString()));
        return conflicts.DrainToImmutable();
    }

    /// <summary>Continues "segment B: ...".</summary>
    public string Problem => Claim.StartsWith(NameClaim, StringComparison.Ordinal) ? "declared twice" : $"{Claim} is also segment '{First.Name}'";

    public static string ClaimOf(Prefix prefix) => $"prefix {prefix}";

    public static string ClaimOf(int vlan) => string.Create(CultureInfo.InvariantCulture, $"vlan {vlan}");

    public static string ClaimOf(Address mac) => $"mac {mac}";

    public override string ToString() => $"segment '{Second.Name}': {Problem}";

    private static IEnumerable<Claimed> ClaimsOf(Segment segment) =>
    [
        new(segment.Name, default, default, default), .. segment.Prefixes.Select(prefix => new Claimed(null, prefix, default, default)),
        .. segment.Vlans.Select(vlan => new Claimed(null, default, vlan, default)),
        .. segment.Macs.Select(mac => new Claimed(null, default, default, mac)),
    ];

    /// <summary>One of the four. Text is made only of what is claimed twice: a site may have a hundred thousand claims.</summary>
    private readonly record struct Claimed(string? Name, Prefix Prefix, int Vlan, Address Mac)
    {
        public override string ToString() =>
            Name is not null ? NameClaim + Name : Mac.IsMac ? ClaimOf(Mac) : Vlan != 0 ? ClaimOf(Vlan) : ClaimOf(Prefix);
    }
}
