using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>Which MACs are routers', and which MAC owns an address on its own link (protocols.md, G4).</summary>
internal sealed class RouterTable
{
    private const int ForeignAddresses = 5;
    private const int ForeignNetworks = 2;
    private const int StandInAddresses = 3;                       // protocols.md, G4: proxy ARP from 3 on
    private const int Sought = 1 - FactRow.None;

    private readonly HashSet<Address> _routers = [];
    private readonly Dictionary<Address, ImmutableArray<string>> _places;
    private readonly Dictionary<Address, int> _neighbours = [];
    // by text of who owns or sent: a few routers send for a million addresses
    private readonly Dictionary<int, (Address Mac, int Hops)> _macs = [];
    private readonly HashSet<Address> _sending = [];        // of those that may be broadcasts
    private readonly MapRecord _record;
    // by endpoint: Sought + the row of what was last learnt of its address; 0 before anybody asked
    private readonly int[] _sought;
    private ulong _kinds;                                   // of all facts, a bit for each
    private bool _hasOwners;                                // some address was claimed, or sent from without a hop

    public RouterTable(MapRecord record)
    {
        _record = record;
        _places = EndpointFacts.PlacesIn(record);
        _sought = new int[record.Endpoints.Count];
        ReadSenders(record.Facts.Rows);
        if (HasPlaces) CountNeighbours(record.Facts);
    }

    /// <summary>Some address is more than one machine's.</summary>
    public bool HasPlaces => _places.Count > 0;

    /// <summary>As a directed broadcast is, by its last octet (RFC 922).</summary>
    public static bool IsLastOfNetwork(Address address) => address.Family == AddressFamily.IPv4 && (byte)address.Number.Low == byte.MaxValue;

    /// <summary>Told of those that <see cref="IsLastOfNetwork"/>: one that ever sent anything is a machine.</summary>
    public bool HasSent(Address address) => _sending.Contains(address);

    public bool IsRouter(Address mac) => _routers.Contains(mac);

    public IEnumerable<Address> Routers => _routers;

    /// <summary>Stands this MAC in for others: a router, or one that claims several addresses (a firewall that hides its hop, proxy ARP)?</summary>
    public bool StandsIn(Address mac) => IsRouter(mac) || _neighbours.GetValueOrDefault(mac) >= StandInAddresses;

    /// <summary>What is known of one endpoint, and not of another machine that has its address elsewhere.</summary>
    public IEnumerable<AssetFact> FactsOf(int endpoint) =>
        HasPlaces ? EndpointFacts.Of(_record, endpoint, _places) : _record.Facts.From(LastOf(endpoint));

    /// <summary>Of one kind, oldest first: no others are put together.</summary>
    public IEnumerable<AssetFact> FactsOf(int endpoint, FactKind kind)
    {
        if (HasPlaces) return FactsOf(endpoint).Where(fact => fact.Kind == kind);
        if (!Tells(endpoint, kind)) return [];
        var rows = new List<int>();
        for (var row = LastOf(endpoint); row >= 0; row = Rows[row].Before) if (Rows[row].Kind == kind) rows.Add(row);
        rows.Reverse();
        return rows.Select(_record.Facts.At);
    }

    /// <summary>Is anything of this kind known of anybody?</summary>
    public bool HasAny(FactKind kind) => (_kinds & Bit(kind)) != 0;

    public bool Tells(int endpoint, FactKind kind)
    {
        if (!HasAny(kind)) return false;
        for (var row = LastOf(endpoint); row >= 0; row = Rows[row].Before) if (Rows[row].Kind == kind) return true;
        return false;
    }

    /// <summary>The MACs that claimed the address themselves; else the one it was sent from without a hop, when that is no router's.</summary>
    public Address[] OwnersOf(int endpoint)
    {
        var address = _record.Endpoints[endpoint].Address;
        if (!_hasOwners || !address.IsIp) return [];
        if (_places.ContainsKey(address)) return OwnersIn(FactsOf(endpoint));
        var last = LastOf(endpoint);
        return OwnersAmong(last, FactKind.OwnedBy) is { Length: > 0 } claimed ? claimed : OwnersAmong(last, FactKind.SentBy);
    }

    /// <summary>
    /// The VLAN where the address was claimed, or sent from without a hop; a routed frame's VLAN says nothing of its sender. -1 where none is known.
    /// </summary>
    public int HomeVlanOf(int endpoint)
    {
        ref readonly var known = ref _record.Endpoints[endpoint];
        if (known.Address.IsMac) return known.Vlan;
        if (_places.ContainsKey(known.Address))
            return FactsOf(endpoint).FirstOrDefault(fact => fact.Vlan >= 0 && IsOnLink(fact.Kind, EndpointFacts.Mac(fact).Hops))?.Vlan ?? -1;
        var vlan = -1;
        for (var row = LastOf(endpoint); row >= 0; row = Rows[row].Before)
            if (Rows[row] is { Vlan: >= 0, Kind: FactKind.OwnedBy or FactKind.SentBy } fact && IsOnLink(fact.Kind, _macs[fact.Value].Hops))
                vlan = fact.Vlan;
        return vlan;
    }

    /// <summary>The fewest hops that something sent from an address had behind it; null where it never sent anything that tells.</summary>
    public int? HopsOf(int endpoint)
    {
        int? least = null;
        for (var row = LastOf(endpoint); row >= 0; row = Rows[row].Before)
            if (Rows[row].Kind == FactKind.SentBy && _macs[Rows[row].Value] is { Mac.IsMac: true, Hops: var hops } && !(hops >= least)) least = hops;
        return least;
    }

    /// <summary>A question is mostly about a few of a million, and asked again. Two at once find the same.</summary>
    private int LastOf(int endpoint)
    {
        ref var sought = ref _sought[endpoint];
        if (sought == 0) sought = Sought + _record.Facts.LastOf(_record.Endpoints[endpoint].Address);
        return sought - Sought;
    }

    private static ulong Bit(FactKind kind) => 1ul << (int)kind;

    private Rows<FactRow> Rows => _record.Facts.Rows;

    private static bool IsOnLink(FactKind kind, int hops) => kind == FactKind.OwnedBy || kind == FactKind.SentBy && hops == 0;

    private Address[] OwnersAmong(int last, FactKind kind)
    {
        Address[] owners = [];
        for (var row = last; row >= 0; row = Rows[row].Before)
        {
            if (Rows[row].Kind != kind || _macs[Rows[row].Value] is not { Mac.IsMac: true } sent || !IsOnLink(kind, sent.Hops)) continue;
            if ((kind == FactKind.OwnedBy || !IsRouter(sent.Mac)) && !owners.Contains(sent.Mac)) owners = [sent.Mac, .. owners];
        }

        return owners;
    }

    private Address[] OwnersIn(IEnumerable<AssetFact> facts)
    {
        var claimed = facts.Where(fact => fact.Kind == FactKind.OwnedBy).Select(fact => EndpointFacts.Mac(fact).Mac)
            .Where(mac => mac.IsMac).Distinct().ToArray();
        if (claimed.Length > 0) return claimed;
        return [.. facts.Where(fact => fact.Kind == FactKind.SentBy).Select(EndpointFacts.Mac)
            .Where(seen => seen is { Hops: 0, Mac.IsMac: true } && !IsRouter(seen.Mac))
            .Select(seen => seen.Mac).Distinct()];
    }

    private void CountNeighbours(FactTable facts)
    {
        foreach (var (_, known) in facts)
            foreach (var mac in known.Where(Places.IsClaim).Select(fact => EndpointFacts.Mac(fact).Mac).Distinct())
                _neighbours[mac] = _neighbours.GetValueOrDefault(mac) + 1;
    }

    private void ReadSenders(Rows<FactRow> rows)
    {
        var foreign = new Dictionary<Address, (HashSet<Address> Addresses, HashSet<ulong> Networks)>();
        for (var row = 0; row < rows.Count; row++)
        {
            ref readonly var fact = ref rows[row];
            _kinds |= Bit(fact.Kind);
            _hasOwners |= fact.Kind == FactKind.OwnedBy;
            if (fact.Kind == FactKind.Router && fact.Address.IsMac) _routers.Add(fact.Address);
            if (fact.Kind is not (FactKind.SentBy or FactKind.OwnedBy)) continue;
            var sent = Mac(fact.Value);
            if (fact.Kind == FactKind.OwnedBy) continue;
            if (IsLastOfNetwork(fact.Address)) _sending.Add(fact.Address);
            _hasOwners |= sent is { Mac.IsMac: true, Hops: 0 };
            if (!sent.Mac.IsMac || fact.Address.IsLinkLocal) continue;
            if (IsVirtual(sent.Mac)) _routers.Add(sent.Mac);
            if (sent.Hops > 0) See(foreign, fact.Address, sent.Mac);
        }

        foreach (var (mac, seen) in foreign) if (IsEnough(seen)) _routers.Add(mac);
    }

    /// <summary>Called for all once; after that many read them at the same time.</summary>
    private (Address Mac, int Hops) Mac(int text)
    {
        if (!_macs.TryGetValue(text, out var mac)) _macs.Add(text, mac = EndpointFacts.Mac(_record.Facts.Text(text)));
        return mac;
    }

    /// <summary>Packets that had come some hops already, from many networks: the sender forwards.</summary>
    private static void See(Dictionary<Address, (HashSet<Address> Addresses, HashSet<ulong> Networks)> foreign, Address address, Address mac)
    {
        if (!foreign.TryGetValue(mac, out var seen)) foreign.Add(mac, seen = ([], []));
        if (IsEnough(seen)) return;
        if (seen.Addresses.Count < ForeignAddresses) seen.Addresses.Add(address);
        seen.Networks.Add(address.Family == AddressFamily.IPv4 ? address.Number.Low >> 8 : address.Number.High);
    }

    private static bool IsEnough((HashSet<Address> Addresses, HashSet<ulong> Networks) seen) =>
        seen.Addresses.Count >= ForeignAddresses && seen.Networks.Count >= ForeignNetworks;

    /// <summary>VRRP (RFC 9568 section 7.3) and HSRP (RFC 2281 section 5) virtual routers.</summary>
    private static bool IsVirtual(Address mac) => mac.Number.Low >> 8 is 0x00005E0001 or 0x00005E0002 or 0x00000C07AC;
}
