using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>A named part of the network. It is told by its prefixes, VLANs and MACs; any one of them suffices.</summary>
public sealed record Segment(string Name, SegmentKind Kind)
{
    /// <summary>Purdue level, 0 (process) to 5 (enterprise), null when not declared.</summary>
    public int? Level { get; init; }

    public ImmutableArray<Prefix> Prefixes { get; init; } = [];

    /// <summary>IEEE 802.1Q VLAN identifiers, 1 to 4094.</summary>
    public ImmutableArray<int> Vlans { get; init; } = [];

    public ImmutableArray<Address> Macs { get; init; } = [];

    /// <summary>Guessed from traffic, not declared by the site.</summary>
    public bool Inferred { get; init; }

    /// <summary>What an inferred segment was concluded from.</summary>
    public ImmutableArray<string> Witnesses { get; init; } = [];

    /// <summary><c>10.1.2.0/24</c> of an inferred <c>10.1.2.0/24 control</c>, which is a part of a network; else the name.</summary>
    public string Network => Inferred && Name.IndexOf(' ', StringComparison.Ordinal) is var blank and >= 0 ? Name[..blank] : Name;

    public override string ToString() => Name;
}
