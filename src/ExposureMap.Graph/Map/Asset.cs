using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>A function a machine fulfils, with how sure that is and why.</summary>
/// <param name="Name">A word of the contract's list: <c>plc</c>, <c>rtu</c>, <c>hmi</c>, <c>head-end</c>, <c>jump-host</c>, <c>router</c>,
/// ...</param>
/// <param name="Because">What was seen, in a few words each.</param>
public sealed record AssetRole(string Name, RoleCertainty Certainty, ImmutableArray<string> Because);

/// <summary>Enough observations (protocols.md, section D: five messages or two conversations), or fewer.</summary>
public enum RoleCertainty : byte { Suspected, Confirmed }

/// <summary>One machine as far as it can be told, or a device behind one.</summary>
public sealed record Asset
{
    private ImmutableArray<AssetRole> _roles;

    /// <summary>Its number in the snapshot: a vertex of the path graph.</summary>
    public required int Id { get; init; }

    /// <summary>The address it is known by: its lowest IPv4 address, else IPv6, else MAC.</summary>
    public required Address Address { get; init; }

    public required ImmutableArray<Address> Addresses { get; init; }

    public ImmutableArray<Address> Macs { get; init; } = [];

    /// <summary>Best first: said by itself before said by others.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>How protocols address it, where it is the only one of its kind behind its address: <c>dlms system title 4c47...</c>.</summary>
    public ImmutableArray<string> Identifiers { get; init; } = [];

    public string Vendor { get; init; } = "";

    public string Model { get; init; } = "";

    public string Firmware { get; init; } = "";

    /// <summary>The overlay network its address belongs to, empty for the site's own.</summary>
    public string Overlay { get; init; } = "";

    public required Segment Segment { get; init; }

    /// <summary>All segments its addresses lie in; more than one for a dual-homed machine.</summary>
    public required ImmutableArray<Segment> Segments { get; init; }

    /// <summary>
    /// Those of its segments that say where it lives: its link-local addresses are of none, and of no interest where others are of one.
    /// </summary>
    public ImmutableArray<Segment> Homes =>
        Segments.Any(segment => segment != SegmentTable.Unknown) ? [.. Segments.Where(segment => segment != SegmentTable.Unknown)] : [Segment];

    /// <summary>Worked out when first asked for: it takes a pass over all conduits for the first asset.</summary>
    public ImmutableArray<AssetRole> Roles
    {
        get
        {
            if (_roles.IsDefault) _roles = RolesOf?.Invoke(this) ?? [];
            return _roles;
        }
    }

    internal Func<Asset, ImmutableArray<AssetRole>>? RolesOf { get; init; }

    /// <summary>The asset that carries it, for a device that has no address of its own; -1 otherwise.</summary>
    public int Behind { get; init; } = -1;

    /// <summary>How such a device is told: <c>modbus unit 5</c>; empty otherwise.</summary>
    public string Device { get; init; } = "";

    public required Timestamp FirstSeen { get; init; }

    public required Timestamp LastSeen { get; init; }

    public SegmentKind Kind => Segment.Kind;

    /// <summary>It stands for any machine of its segment: in questions beyond what was observed, never in a map.</summary>
    public bool IsStandIn => Address.Family == AddressFamily.None && Address != Address.None;

    /// <summary>What tells it apart in rows: its address; of a stand-in <c>segment:dmz</c>.</summary>
    public string Handle => IsStandIn ? Names[0] : Address.ToString();

    public bool HasRole(string role) => Roles.Any(one => one.Name == role);

    /// <summary>The name people know it by, else its address; a device's own words behind its carrier's address.</summary>
    public string Label =>
        IsStandIn ? $"any of {Segment}" : Device.Length > 0 ? $"{Address} {Device}" : Names.IsEmpty ? Address.ToString() : Names[0];

    public override string ToString() => Label;

    /// <summary>An asset is itself and no other, however alike.</summary>
    public bool Equals(Asset? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
