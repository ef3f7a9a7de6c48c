using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Which endpoints are one machine. Joined by what only the machine itself can say: the MAC that answers ARP for an address, a key or name of
/// its own. Never by the source MAC of routed frames, which is the router's.
/// </summary>
internal sealed class AssetResolution
{
    /// <summary>
    /// More addresses than this behind one key are a cluster, a proxy or a clone, not one machine (protocols.md, G4: proxy ARP from 3).
    /// </summary>
    private const int MaximumAddresses = 4;
    private const int MaximumAddressesOfMac = 8;
    private const int ProxiedAddresses = 3;

    private static readonly FactKind[] KeyKinds = [FactKind.Fingerprint, FactKind.Name];

    private static readonly HashSet<string> NameSources =
        new(StringComparer.Ordinal) { "dhcp", "netbios-ns", "netbios-dgm", "smb", "ntlm", "lldp", "cdp" };

    private readonly int[] _parent;

    private AssetResolution(int endpoints) => _parent = Enumerable.Range(0, endpoints).ToArray();

    /// <summary>For each endpoint the number of its machine, from 0 in the order of endpoints; -1 for group addresses.</summary>
    public static int[] Resolve(MapRecord record, RouterTable routers, out int count)
    {
        var resolution = new AssetResolution(record.Endpoints.Count);
        resolution.JoinPlaces(record, routers);
        resolution.JoinByMac(record, routers);
        resolution.JoinByKey(record, routers);
        return resolution.Number(record, routers, out count);
    }

    /// <summary>An address claimed in another place is another machine's, unless who claims it there only stands in for it.</summary>
    private void JoinPlaces(MapRecord record, RouterTable routers)
    {
        if (!routers.HasPlaces) return;
        var home = new Dictionary<Address, int>();
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var row = record.Endpoints[endpoint];
            if (row.Overlay == 0) home[row.Address] = endpoint;
        }

        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var row = record.Endpoints[endpoint];
            if (row.Overlay == 0 || !Places.IsPlace(record.Texts[row.Overlay]) || !home.TryGetValue(row.Address, out var known)) continue;
            if (ClaimsOf(routers, endpoint).Any(routers.StandsIn) || ClaimsOf(routers, known).Any(routers.StandsIn)) JoinAll([known, endpoint]);
        }
    }

    private static IEnumerable<Address> ClaimsOf(RouterTable routers, int endpoint) =>
        routers.FactsOf(endpoint).Where(Places.IsClaim).Select(fact => EndpointFacts.Mac(fact).Mac);

    private void JoinByMac(MapRecord record, RouterTable routers)
    {
        var byMac = new Dictionary<Address, List<int>>();
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var address = record.Endpoints[endpoint].Address;
            if (record.Endpoints[endpoint].Overlay is not 0 and var overlay && !Places.IsPlace(record.Texts[overlay])) continue;
            if (address.IsMac) Add(byMac, address, endpoint);
            foreach (var mac in routers.OwnersOf(endpoint)) Add(byMac, mac, endpoint);
        }

        foreach (var endpoints in byMac.Values)
        {
            if (endpoints.Count <= MaximumAddressesOfMac && !IsProxy(record, endpoints)) JoinAll(endpoints);
        }
    }

    /// <summary>
    /// protocols.md, G4: who answers ARP for three addresses of one network stands in for them (RFC 1027). A router's own lie in several networks.
    /// </summary>
    private static bool IsProxy(MapRecord record, List<int> endpoints) => endpoints
        .Select(endpoint => record.Endpoints[endpoint].Address).Where(address => address.Family == AddressFamily.IPv4)
        .GroupBy(address => address.Number.Low >> 8).Any(network => network.Count() >= ProxiedAddresses);

    private void JoinByKey(MapRecord record, RouterTable routers)
    {
        var byKey = new Dictionary<(string Space, string Key), List<int>>();
        var keyed = AddressesWithKeys(record.Facts);
        for (var endpoint = 0; endpoint < record.Endpoints.Count && keyed.Count > 0; endpoint++)
        {
            if (!keyed.Contains(record.Endpoints[endpoint].Address)) continue;
            foreach (var kind in KeyKinds)
                foreach (var fact in routers.FactsOf(endpoint, kind)) if (KeyOf(fact) is { } key) Add(byKey, key, endpoint);
        }

        foreach (var endpoints in byKey.Values)
        {
            if (endpoints.Count <= MaximumAddresses && !AreClones(record, endpoints)) JoinAll(endpoints);
        }
    }

    /// <summary>One address in two places: machines set up from one image, each with the other's name and keys.</summary>
    private bool AreClones(MapRecord record, List<int> endpoints) =>
        endpoints.GroupBy(endpoint => record.Endpoints[endpoint].Address).Any(same => same.Select(Root).Distinct().Count() > 1);

    /// <summary>By rows, since most facts are no keys and need not be put together.</summary>
    private static HashSet<Address> AddressesWithKeys(FactTable facts)
    {
        var addresses = new HashSet<Address>();
        for (var row = 0; row < facts.Rows.Count; row++)
        {
            ref readonly var fact = ref facts.Rows[row];
            if (fact.Kind == FactKind.Fingerprint
                || fact is { Kind: FactKind.Name, Certainty: Certainty.Own } && NameSources.Contains(facts.Text(fact.Source)))
                addresses.Add(fact.Address);
        }

        return addresses;
    }

    private static (string Space, string Key)? KeyOf(AssetFact fact) => fact.Kind switch
    {
        FactKind.Fingerprint => (fact.Source, fact.Value),
        FactKind.Name when fact.Certainty == Certainty.Own && NameSources.Contains(fact.Source) =>
            ("name", fact.Value.Split('.')[0].ToUpperInvariant()),
        _ => null,
    };

    private static void Add<T>(Dictionary<T, List<int>> lists, T key, int endpoint) where T : notnull
    {
        if (!lists.TryGetValue(key, out var list)) lists.Add(key, list = []);
        if (list.Count == 0 || list[^1] != endpoint) list.Add(endpoint);
    }

    private void JoinAll(List<int> endpoints)
    {
        for (var index = 1; index < endpoints.Count; index++) _parent[Root(endpoints[index])] = Root(endpoints[0]);
    }

    /// <summary>Union-find with path halving (Tarjan and van Leeuwen, 1984).</summary>
    private int Root(int endpoint)
    {
        while (_parent[endpoint] != endpoint) endpoint = _parent[endpoint] = _parent[_parent[endpoint]];
        return endpoint;
    }

    private int[] Number(MapRecord record, RouterTable routers, out int count)
    {
        var numbers = new int[_parent.Length];
        var ofRoot = new int[numbers.Length];     // plus one
        count = 0;
        for (var endpoint = 0; endpoint < numbers.Length; endpoint++)
        {
            var address = record.Endpoints[endpoint].Address;
            if (address.IsGroup || address.IsUnspecified || IsDirectedBroadcast(routers, address))
            {
                numbers[endpoint] = -1;
                continue;
            }

            var root = Root(endpoint);
            if (ofRoot[root] == 0) ofRoot[root] = ++count;
            numbers[endpoint] = ofRoot[root] - 1;
        }

        return numbers;
    }

    /// <summary>RFC 922: the last address of a network. Told by its last octet and by never having sent anything.</summary>
    private static bool IsDirectedBroadcast(RouterTable routers, Address address) =>
        RouterTable.IsLastOfNetwork(address) && !routers.HasSent(address);
}
