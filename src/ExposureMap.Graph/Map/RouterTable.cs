using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>Which MACs are routers', and which MAC owns an address on its own link (protocols.md, G4).</summary>
internal sealed class RouterTable
{
    private const int ForeignAddresses = 5;
    private const int ForeignNetworks = 2;
    private const int StandInAddresses = 3;                       // protocols.md, G4: proxy ARP from 3 on

    private readonly HashSet<Address> _routers = [];
    private readonly Dictionary<Address, Address[]> _owners = [];
    private readonly Dictionary<Address, ImmutableArray<string>> _places;
    private readonly Dictionary<Address, int> _neighbours = [];
    private readonly Dictionary<int, (Address Mac, int Hops)> _macs = [];       // by text: a few routers send for a million addresses
    private readonly HashSet<Address> _sending = [];        // of those that may be broadcasts
    private readonly MapRecord _record;

    public RouterTable(MapRecord record)
    {
        _record = record;
        _places = EndpointFacts.PlacesIn(record);
        var (facts, rows) = (record.Facts, record.Facts.Rows);
        var senders = new Dictionary<Address, (HashSet<Address> Addresses, HashSet<UInt128> Networks)>();
        for (var row = 0; row < rows.Count; row++)
        {
            ref readonly var fact = ref rows[row];
            if (fact.Kind == FactKind.Router && fact.Address.IsMac) _routers.Add(fact.Address);
            if (fact.Kind != FactKind.SentBy) continue;
            See(senders, fact.Address, Mac(facts, fact.Value));
            if (IsLastOfNetwork(fact.Address)) _sending.Add(fact.Address);
        }

        foreach (var (mac, seen) in senders)
        {
            if (seen.Addresses.Count >= ForeignAddresses && seen.Networks.Count >= ForeignNetworks || IsVirtual(mac)) _routers.Add(mac);
        }

        ReadOwners(facts);
        if (HasPlaces) CountNeighbours(facts);
    }

    /// <summary>Some address is more than one machine's.</summary>
    public bool HasPlaces => _places.Count > 0;

    /// <summary>As a directed broadcast is, by its last octet (RFC 922).</summary>
    public static bool IsLastOfNetwork(Address address) => address.Family == AddressFamily.IPv4 && (byte)address.Value == byte.MaxValue;

    /// <summary>Told of those that <see cref="IsLastOfNetwork"/>: one that ever sent anything is a machine.</summary>
    public bool HasSent(Address address) => _sending.Contains(address);

    public bool IsRouter(Address mac) => _routers.Contains(mac);

    public IEnumerable<Address> Routers => _routers;

    /// <summary>Stands this MAC in for others: a router, or one that claims several addresses (a firewall that hides its hop, proxy ARP)?</summary>
    public bool StandsIn(Address mac) => IsRouter(mac) || _neighbours.GetValueOrDefault(mac) >= StandInAddresses;

    /// <summary>What is known of one endpoint, and not of another machine that has its address elsewhere.</summary>
    public IEnumerable<AssetFact> FactsOf(int endpoint) => EndpointFacts.Of(_record, endpoint, _places);

    /// <summary>The MACs that claimed the address themselves; else the one it was sent from without a hop, when that is no router's.</summary>
    public Address[] OwnersOf(int endpoint)
    {
        var address = _record.Endpoints[endpoint].Address;
        return _places.ContainsKey(address) ? OwnersIn(FactsOf(endpoint)) : _owners.GetValueOrDefault(address) ?? [];
    }

    private Address[] OwnersIn(IEnumerable<AssetFact> facts)
    {
        var claimed = facts.Where(fact => fact.Kind == FactKind.OwnedBy).Select(fact => EndpointFacts.Mac(fact).Mac).Where(mac => mac.IsMac).Distinct().ToArray();
        if (claimed.Length > 0) return claimed;
        return [.. facts.Where(fact => fact.Kind == FactKind.SentBy).Select(EndpointFacts.Mac).Where(seen => seen is { Hops: 0, Mac.IsMac: true } && !IsRouter(seen.Mac))
            .Select(seen => seen.Mac).Distinct()];
    }

    private void CountNeighbours(FactTable facts)
    {
        foreach (var (_, known) in facts)
            foreach (var mac in known.Where(Places.IsClaim).Select(fact => EndpointFacts.Mac(fact).Mac).Distinct()) _neighbours[mac] = _neighbours.GetValueOrDefault(mac) + 1;
    }

    private void ReadOwners(FactTable facts)
    {
        var (claimed, seen) = (new Dictionary<Address, List<Address>>(), new Dictionary<Address, List<Address>>());
        for (var row = 0; row < facts.Rows.Count; row++)
        {
            ref readonly var fact = ref facts.Rows[row];
            if (fact.Kind is not (FactKind.OwnedBy or FactKind.SentBy) || !fact.Address.IsIp || Mac(facts, fact.Value) is not { Mac.IsMac: true } mac) continue;
            if (fact.Kind == FactKind.OwnedBy) Note(claimed, fact.Address, mac.Mac);
            else if (mac.Hops == 0 && !IsRouter(mac.Mac)) Note(seen, fact.Address, mac.Mac);
        }

        foreach (var (address, owners) in claimed) _owners.Add(address, [.. owners.Distinct()]);
        foreach (var (address, owners) in seen) _owners.TryAdd(address, [.. owners.Distinct()]);
    }

    private static void Note(Dictionary<Address, List<Address>> macs, Address address, Address mac)
    {
        if (!macs.TryGetValue(address, out var known)) macs.Add(address, known = new(1));
        known.Add(mac);
    }

    private (Address Mac, int Hops) Mac(FactTable facts, int text)
    {
        if (!_macs.TryGetValue(text, out var mac)) _macs.Add(text, mac = EndpointFacts.Mac(facts.Text(text)));
        return mac;
    }

    /// <summary>Packets that had come some hops already, from many networks: the sender forwards.</summary>
    private static void See(Dictionary<Address, (HashSet<Address> Addresses, HashSet<UInt128> Networks)> senders, Address address, (Address Mac, int Hops) sent)
    {
        if (!sent.Mac.IsMac || address.IsLinkLocal) return;
        if (!senders.TryGetValue(sent.Mac, out var seen)) senders.Add(sent.Mac, seen = ([], []));
        if (sent.Hops == 0 || seen.Addresses.Count >= ForeignAddresses && seen.Networks.Count >= ForeignNetworks) return;
        seen.Addresses.Add(address);
        seen.Networks.Add(address.Family == AddressFamily.IPv4 ? address.Value >> 8 : address.Value >> 64);
    }

    /// <summary>VRRP (RFC 9568 section 7.3) and HSRP (RFC 2281 section 5) virtual routers.</summary>
    private static bool IsVirtual(Address mac) => mac.Value >> 8 is var prefix && (prefix == 0x00005E0001 || prefix == 0x00005E0002 || prefix == 0x00000C07AC);
}
