using System.Globalization;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Which IPv6 networks are IPv4 networks under their other name. A machine with an address of each family on one wire has no foot in two networks:
/// where most machines of an IPv6 prefix have an address in one IPv4 prefix, and not of another VLAN, both prefixes are one network; where they live
/// in many, as behind one site-wide prefix, each address goes with its machine. Where neither is so, both networks stay, and who is in both is
/// dual-homed.
/// </summary>
internal sealed class DualStack
{
    private readonly SortedDictionary<Prefix, InferredNetwork> _networks;
    private readonly Rows<EndpointRow> _endpoints;
    private readonly int[] _machineOf;
    private readonly Func<int, int> _vlanOf;
    private readonly Dictionary<int, List<(InferredNetwork Network, int Vlan)>> _homes = [];        // of machines with IPv4 addresses

    private DualStack(SortedDictionary<Prefix, InferredNetwork> networks, Rows<EndpointRow> endpoints, int[] machineOf, Func<int, int> vlanOf) =>
        (_networks, _endpoints, _machineOf, _vlanOf) = (networks, endpoints, machineOf, vlanOf);

    /// <param name="machineOf">By endpoint; below 0 for no machine.</param>
    /// <param name="vlanOf">By endpoint: where it lives.</param>
    public static void Join(SortedDictionary<Prefix, InferredNetwork> networks, Rows<EndpointRow> endpoints, int[] machineOf, Func<int, int> vlanOf)
    {
        var families = networks.Values.ToLookup(network => network.Prefix.Network.Family);
        if (!families.Contains(AddressFamily.IPv6) || !families.Contains(AddressFamily.IPv4)) return;
        var stack = new DualStack(networks, endpoints, machineOf, vlanOf);
        var reached = families[AddressFamily.IPv6].SelectMany(network => network.Members).Select(endpoint => machineOf[endpoint]).ToHashSet();
        foreach (var network in families[AddressFamily.IPv4]) stack.NoteHomes(network, reached);
        foreach (var network in families[AddressFamily.IPv6]) stack.Join(network);
    }

    private void NoteHomes(InferredNetwork network, HashSet<int> reached)
    {
        foreach (var endpoint in network.Members)
        {
            var machine = _machineOf[endpoint];
            if (machine < 0 || !reached.Contains(machine)) continue;
            if (!_homes.TryGetValue(machine, out var homes)) _homes.Add(machine, homes = new(1));
            homes.Add((network, _vlanOf(endpoint)));
        }
    }

    private void Join(InferredNetwork network)
    {
        var (paired, perHome) = (new Dictionary<int, InferredNetwork>(), new Dictionary<InferredNetwork, HashSet<int>>());
        foreach (var endpoint in network.Members)
        {
            // an address names one place
            if (_endpoints[endpoint].Overlay != 0 || !_homes.TryGetValue(_machineOf[endpoint], out var homes)) continue;
            var vlan = _vlanOf(endpoint);
            foreach (var home in homes)
            {
                if (vlan != home.Vlan && vlan >= 0 && home.Vlan >= 0) continue;      // a mirror may show the same wire with and without its tag
                paired.TryAdd(endpoint, home.Network);                    // of several the lowest: the machine is known by it
                if (!perHome.TryGetValue(home.Network, out var machines)) perHome.Add(home.Network, machines = []);
                machines.Add(_machineOf[endpoint]);
            }
        }

        if (perHome.Count == 0) return;
        var all = network.Members.Select(endpoint => _machineOf[endpoint]).Distinct().Count();
        var (most, same) = perHome.OrderByDescending(home => home.Value.Count).ThenBy(home => home.Key.Prefix)
            .Select(home => (home.Key, home.Value.Count)).First();
        if (IsMostOf(same, all))
            Merge(network, most, string.Create(CultureInfo.InvariantCulture, $"{network.Prefix} on the same machines: {same} of {all}"));
        else if (IsMostOf(paired.Keys.Select(endpoint => _machineOf[endpoint]).Distinct().Count(), all)) Spread(network, paired);
    }

    private void Merge(InferredNetwork network, InferredNetwork home, string witness)
    {
        home.TakeIn(network, witness);
        _networks.Remove(network.Prefix);
    }

    private void Spread(InferredNetwork network, Dictionary<int, InferredNetwork> paired)
    {
        foreach (var guests in paired.GroupBy(pair => pair.Value, pair => pair.Key))
        {
            guests.Key.Guests.AddRange(guests);
            guests.Key.Witnesses.Add(string.Create(CultureInfo.InvariantCulture, $"{guests.Count()} of {network.Prefix} on the same machines"));
        }

        var gone = paired.Keys.Select(endpoint => _endpoints[endpoint].Address).ToHashSet();
        network.Lose(endpoint => gone.Contains(_endpoints[endpoint].Address));
        if (network.Members.Count == 0) _networks.Remove(network.Prefix);
    }

    private static bool IsMostOf(int some, int all) => some * 2 > all;
}
