using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>Which MACs are routers', and which MAC owns an address on its own link (protocols.md, G4).</summary>
internal sealed class RouterTable
{
    private const int ForeignAddresses = 5;
    private const int ForeignNetworks = 2;

    private readonly HashSet<Address> _routers = [];
    private readonly Dictionary<Address, Address[]> _owners = [];

    public RouterTable(MapRecord record)
    {
        var senders = new Dictionary<Address, (HashSet<Address> Addresses, HashSet<UInt128> Networks)>();
        foreach (var (address, facts) in record.Facts)
        {
            foreach (var fact in facts)
            {
                if (fact.Kind == FactKind.Router && address.IsMac) _routers.Add(address);
                if (fact.Kind == FactKind.SentBy) See(senders, address, EndpointFacts.Mac(fact));
            }
        }

        foreach (var (mac, seen) in senders)
        {
            if (seen.Addresses.Count >= ForeignAddresses && seen.Networks.Count >= ForeignNetworks || IsVirtual(mac)) _routers.Add(mac);
        }

        foreach (var (address, facts) in record.Facts)
        {
            if (address.IsIp && OwnersIn(facts) is { Length: > 0 } owners) _owners.Add(address, owners);
        }
    }

    public bool IsRouter(Address mac) => _routers.Contains(mac);

    public IEnumerable<Address> Routers => _routers;

    /// <summary>The MACs that claimed the address themselves; else the one it was sent from without a hop, when that is no router's.</summary>
    public ReadOnlySpan<Address> OwnersOf(Address address) => _owners.GetValueOrDefault(address);

    private Address[] OwnersIn(IEnumerable<AssetFact> facts)
    {
        var claimed = facts.Where(fact => fact.Kind == FactKind.OwnedBy).Select(fact => EndpointFacts.Mac(fact).Mac).Where(mac => mac.IsMac).Distinct().ToArray();
        if (claimed.Length > 0) return claimed;
        return [.. facts.Where(fact => fact.Kind == FactKind.SentBy).Select(EndpointFacts.Mac).Where(seen => seen is { Hops: 0, Mac.IsMac: true } && !IsRouter(seen.Mac))
            .Select(seen => seen.Mac).Distinct()];
    }

    /// <summary>Packets that had come some hops already, from many networks: the sender forwards.</summary>
    private static void See(Dictionary<Address, (HashSet<Address> Addresses, HashSet<UInt128> Networks)> senders, Address address, (Address Mac, int Hops) sent)
    {
        if (!sent.Mac.IsMac || address.IsLinkLocal) return;
        if (!senders.TryGetValue(sent.Mac, out var seen)) senders.Add(sent.Mac, seen = ([], []));
        if (sent.Hops == 0) return;
        seen.Addresses.Add(address);
        seen.Networks.Add(address.Family == AddressFamily.IPv4 ? address.Value >> 8 : address.Value >> 64);
    }

    /// <summary>VRRP (RFC 9568 section 7.3) and HSRP (RFC 2281 section 5) virtual routers.</summary>
    private static bool IsVirtual(Address mac) => mac.Value >> 8 is var prefix && (prefix == 0x00005E0001 || prefix == 0x00005E0002 || prefix == 0x00000C07AC);
}
