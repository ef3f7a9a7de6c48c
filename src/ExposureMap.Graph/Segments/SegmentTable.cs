using System.Collections.Frozen;
using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>Which segment an address belongs to. A MAC match wins over a VLAN match, that over a prefix match; the longest prefix wins.</summary>
public sealed class SegmentTable
{
    /// <summary>Public addresses that no segment claims.</summary>
    public static readonly Segment External = new("internet", SegmentKind.External);

    /// <summary>Private, group and link-layer addresses that no segment claims.</summary>
    public static readonly Segment Unknown = new("unknown", SegmentKind.Unknown);

    public static readonly SegmentTable Empty = new([]);

    private readonly FrozenDictionary<Address, Segment> _macs;
    private readonly Segment?[] _vlans = new Segment?[4096];   // IEEE 802.1Q: 12 bits
    private readonly PrefixIndex _ipv4;
    private readonly PrefixIndex _ipv6;

    /// <exception cref="ArgumentException">Segments that <see cref="SegmentConflict.Among"/> objects to.</exception>
    public SegmentTable(IEnumerable<Segment> segments)
    {
        Segments = [.. segments];
        if (SegmentConflict.Among(Segments) is [var conflict, ..]) throw new ArgumentException(conflict.ToString(), nameof(segments));

        _macs = Segments.SelectMany(segment => segment.Macs.Select(mac => KeyValuePair.Create(mac, segment))).Distinct().ToFrozenDictionary();
        foreach (var segment in Segments)
            foreach (var vlan in segment.Vlans) _vlans[vlan] = segment;
        _ipv4 = new(Segments, AddressFamily.IPv4);
        _ipv6 = new(Segments, AddressFamily.IPv6);
    }

    /// <summary>As declared, in the order declared.</summary>
    public ImmutableArray<Segment> Segments { get; }

    /// <summary>Whether any segment claims by VLAN, or by MAC: who asks for many addresses need not find out what nobody claims by.</summary>
    public bool HasVlans => Segments.Any(segment => !segment.Vlans.IsEmpty);

    public bool HasMacs => _macs.Count > 0;

    /// <param name="vlan">The VLAN the address lives in, -1 when not known. Not the VLAN in which a routed frame of it was seen: there the
    /// far end would be taken for a neighbour.</param>
    /// <param name="mac">The MAC that owns the address, not a router's.</param>
    public Segment Find(Address address, int vlan = -1, Address mac = default)
    {
        if (_macs.Count > 0)
        {
            if (mac.IsMac && _macs.TryGetValue(mac, out var owner)) return owner;
            if (address.IsMac && _macs.TryGetValue(address, out owner)) return owner;
        }

        if ((uint)vlan < (uint)_vlans.Length && _vlans[vlan] is { } tagged) return tagged;

        return address.Family switch
        {
            AddressFamily.IPv4 => _ipv4.Find(address.Number),
            AddressFamily.IPv6 => _ipv6.Find(address.Number),
            _ => null,
        } ?? Unclaimed(address);
    }

    /// <summary>A segment by name, the two built-in ones included.</summary>
    public Segment? Named(string name) =>
        Segments.FirstOrDefault(segment => segment.Name == name) ?? (name == External.Name ? External : name == Unknown.Name ? Unknown : null);

    private static Segment Unclaimed(Address address) =>
        address.IsIp && !address.IsPrivate && !address.IsGroup && !address.IsUnspecified ? External : Unknown;
}
