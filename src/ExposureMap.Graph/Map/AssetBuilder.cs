using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>Puts together what is known of a machine: addresses, names, vendor, segment, roles, and the devices behind it.</summary>
internal sealed class AssetBuilder
{
    private const int MaximumNames = 8;
    private const int MaximumDevices = 100_000;

    private readonly MapSnapshot _map;
    private readonly RouterTable _routers;
    private readonly int[] _start;          // by machine: where its endpoints begin in ...
    private readonly int[] _endpoints;
    private readonly List<(int Carrier, AssetFact Fact)> _devices = [];
    private readonly Dictionary<int, ImmutableArray<string>> _identifiers = [];
    private readonly Lazy<RoleEvidence[]> _evidence;

    public AssetBuilder(MapSnapshot map, RouterTable routers, int machines)
    {
        (_map, _routers, Machines) = (map, routers, machines);
        _evidence = new(() => RoleEvidence.Collect(map, machines));
        (_start, _endpoints) = (new int[machines + 1], new int[map.Record.Endpoints.Count]);
        FindEndpoints();
        FindDevices();
    }

    public int Machines { get; }

    public int Devices => _devices.Count;

    /// <summary>Of a machine, in the order of their rows.</summary>
    public ReadOnlySpan<int> EndpointsOf(int machine) => _endpoints.AsSpan(_start[machine].._start[machine + 1]);

    /// <summary>Those of its endpoints that say where it lives: its IP addresses, its MACs where it has none.</summary>
    public ArraySegment<int> HomesOf(int machine)
    {
        var endpoints = new ArraySegment<int>(_endpoints, _start[machine], _start[machine + 1] - _start[machine]);
        if (endpoints.Count == 1) return endpoints;
        int[] byIp = [.. endpoints.Where(endpoint => !_map.Record.Endpoints[endpoint].Address.IsMac)];
        return byIp.Length > 0 ? byIp : endpoints;
    }

    public bool Has(int id) => id < Machines + Devices;

    /// <summary>The machine that carries an asset: itself, but for a device.</summary>
    public int CarrierOf(int id) => id < Machines ? id : _devices[id - Machines].Carrier;

    public Asset Make(int id) => id < Machines ? Machine(id) : Behind(Machine(_devices[id - Machines].Carrier), id, _devices[id - Machines].Fact);

    private void FindEndpoints()
    {
        for (var endpoint = 0; endpoint < _endpoints.Length; endpoint++)
            if (_map.AssetOfEndpoint(endpoint) is var asset and >= 0) _start[asset + 1]++;
        for (var asset = 0; asset < Machines; asset++) _start[asset + 1] += _start[asset];
        var next = _start.AsSpan(0, Machines).ToArray();
        for (var endpoint = 0; endpoint < _endpoints.Length; endpoint++)
            if (_map.AssetOfEndpoint(endpoint) is var asset and >= 0) _endpoints[next[asset]++] = endpoint;
    }

    private Asset Machine(int id)
    {
        var record = _map.Record;
        var endpoints = new ArraySegment<int>(_endpoints, _start[id], _start[id + 1] - _start[id]);
        var addresses = AddressesOf(endpoints);
        var knownBy = addresses[0];
        var (home, first, last) = (-1, long.MaxValue, long.MinValue);
        foreach (var endpoint in endpoints)
        {
            ref readonly var row = ref record.Endpoints[endpoint];
            if (home < 0 && row.Address == knownBy) home = endpoint;
            (first, last) = (Math.Min(first, row.FirstSeen), Math.Max(last, row.LastSeen));
        }

        return new()
        {
            Id = id,
            Address = knownBy,
            Addresses = addresses,
            Macs = MacsOf(addresses, endpoints),
            Names = Best(endpoints, FactKind.Name, MaximumNames),
            Identifiers = _identifiers.GetValueOrDefault(id, []),
            Vendor = Best(endpoints, FactKind.Vendor, 1).FirstOrDefault(""),
            Model = Best(endpoints, FactKind.Model, 1).FirstOrDefault(""),
            Firmware = Best(endpoints, FactKind.Firmware, 1).FirstOrDefault(""),
            Overlay = record.Texts[record.Endpoints[home].Overlay],
            Segment = _map.SegmentOfEndpoint(home),
            Segments = SegmentsOf(endpoints, knownBy),
            RolesOf = RolesOf,
            FirstSeen = new(first),
            LastSeen = new(last),
        };
    }

    /// <summary>False where a machine has no device's role, told without making up its roles.</summary>
    public bool MayBeDevice(int machine)
    {
        if (_evidence.Value[machine].OnlyAnswers) return true;
        foreach (var endpoint in EndpointsOf(machine)) if (_routers.Tells(endpoint, FactKind.Role)) return true;
        return false;
    }

    private ImmutableArray<AssetRole> RolesOf(Asset asset) =>
        RoleInference.Of(asset, asset.Behind >= 0 ? [] : EndpointsOf(asset.Id), _routers, asset.Behind >= 0 ? default : _evidence.Value[asset.Id]);

    private ImmutableArray<Address> AddressesOf(ArraySegment<int> endpoints)
    {
        if (endpoints.Count == 1) return [_map.Record.Endpoints[endpoints[0]].Address];
        return [.. endpoints.Select(endpoint => _map.Record.Endpoints[endpoint].Address).Distinct().OrderBy(address => address.IsMac)
            .ThenBy(address => address)];
    }

    private ImmutableArray<Segment> SegmentsOf(ArraySegment<int> endpoints, Address knownBy)
    {
        if (endpoints.Count == 1) return _map.AloneIn(_map.SegmentOfEndpoint(endpoints[0]));
        return [.. endpoints.Where(endpoint => _map.Record.Endpoints[endpoint].Address.IsMac == knownBy.IsMac)
            .Select(_map.SegmentOfEndpoint).Distinct()];
    }

    private ImmutableArray<Address> MacsOf(ImmutableArray<Address> addresses, ArraySegment<int> endpoints)
    {
        if (endpoints.Count == 1 && !addresses[0].IsMac && _routers.OwnersOf(endpoints[0]).Length == 0) return [];
        var macs = new SortedSet<Address>(addresses.Where(address => address.IsMac));
        foreach (var endpoint in endpoints) macs.UnionWith(_routers.OwnersOf(endpoint));

        return [.. macs];
    }

    /// <summary>Certain before announced before guessed, then early before late, each value once.</summary>
    private ImmutableArray<string> Best(ArraySegment<int> endpoints, FactKind kind, int most)
    {
        List<AssetFact>? facts = null;
        foreach (var endpoint in endpoints) if (_routers.Tells(endpoint, kind)) (facts ??= []).AddRange(_routers.FactsOf(endpoint, kind));
        if (facts is null) return [];
        return
        [
            .. facts
                .OrderByDescending(fact => fact.Certainty).ThenBy(fact => fact.Evidence.First).ThenBy(fact => fact.Value, StringComparer.Ordinal)
                .Select(fact => fact.Value).Distinct(StringComparer.OrdinalIgnoreCase).Take(most),
        ];
    }

    /// <summary>
    /// Several devices of one kind behind an address are assets of their own; a single one is the machine itself, and only identifies it.
    /// </summary>
    private void FindDevices()
    {
        if (!_routers.HasAny(FactKind.Device)) return;
        for (var carrier = 0; carrier < Machines && _devices.Count < MaximumDevices; carrier++)
        {
            var carriers = new ArraySegment<int>(_endpoints, _start[carrier], _start[carrier + 1] - _start[carrier]);
            if (!carriers.Any(endpoint => _routers.Tells(endpoint, FactKind.Device))) continue;
            var devices = carriers.SelectMany(endpoint => _routers.FactsOf(endpoint, FactKind.Device)).DistinctBy(fact => fact.Value);
            foreach (var kind in devices.GroupBy(KindOfDevice).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                var ofKind = kind.OrderBy(fact => fact.Value, StringComparer.Ordinal).ToList();
                if (ofKind.Count == 1) _identifiers[carrier] = _identifiers.GetValueOrDefault(carrier, []).Add(ofKind[0].Value);
                else foreach (var fact in ofKind) _devices.Add((carrier, fact));
            }
        }
    }

    /// <summary><c>modbus unit</c> of <c>modbus unit 5</c>.</summary>
    private static string KindOfDevice(AssetFact fact) => fact.Value.LastIndexOf(' ') is var blank and > 0 ? fact.Value[..blank] : fact.Value;

    private static Asset Behind(Asset carrier, int id, AssetFact fact) => carrier with
    {
        Id = id,
        Behind = carrier.Id,
        Device = fact.Value,
        Macs = [],
        Names = [],
        Identifiers = [],
        Vendor = "",
        Model = "",
        Firmware = "",
        FirstSeen = fact.Evidence.First,
    };
}
