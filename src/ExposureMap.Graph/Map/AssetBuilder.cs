using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>Puts together what is known of each machine: addresses, names, vendor, segment, roles, and the devices behind it.</summary>
internal static class AssetBuilder
{
    private const int MaximumNames = 8;
    private const int MaximumDevices = 100_000;

    public static ImmutableArray<Asset> Build(MapSnapshot map, RouterTable routers, int machines)
    {
        var endpoints = EndpointsOf(map, machines);
        var assets = ImmutableArray.CreateBuilder<Asset>(machines);
        for (var id = 0; id < machines; id++) assets.Add(Machine(map, routers, id, endpoints[id]));
        AddDevices(routers, endpoints, assets);
        return RoleInference.Assign(map, assets, endpoints, routers);
    }

    private static List<int>[] EndpointsOf(MapSnapshot map, int machines)
    {
        var endpoints = new List<int>[machines];
        for (var endpoint = 0; endpoint < map.Record.Endpoints.Count; endpoint++)
        {
            var asset = map.AssetOfEndpoint(endpoint);
            if (asset >= 0) (endpoints[asset] ??= new List<int>(1)).Add(endpoint);
        }

        return endpoints;
    }

    private static Asset Machine(MapSnapshot map, RouterTable routers, int id, List<int> endpoints)
    {
        var record = map.Record;
        var addresses = endpoints.Select(endpoint => record.Endpoints[endpoint].Address).Distinct().OrderBy(address => address.IsMac).ThenBy(address => address).ToImmutableArray();
        var knownBy = addresses[0];
        var home = endpoints.First(endpoint => record.Endpoints[endpoint].Address == knownBy);
        var facts = endpoints.SelectMany(routers.FactsOf).ToList();
        return new Asset
        {
            Id = id,
            Address = knownBy,
            Addresses = addresses,
            Macs = MacsOf(addresses, endpoints, routers),
            Names = Best(facts, FactKind.Name, MaximumNames),
            Vendor = Best(facts, FactKind.Vendor, 1).FirstOrDefault(""),
            Model = Best(facts, FactKind.Model, 1).FirstOrDefault(""),
            Firmware = Best(facts, FactKind.Firmware, 1).FirstOrDefault(""),
            Overlay = record.Texts[record.Endpoints[home].Overlay],
            Segment = map.SegmentOfEndpoint(home),
            Segments = [.. endpoints.Where(endpoint => record.Endpoints[endpoint].Address.IsMac == knownBy.IsMac).Select(map.SegmentOfEndpoint).Distinct()],
            FirstSeen = new(endpoints.Min(endpoint => record.Endpoints[endpoint].FirstSeen)),
            LastSeen = new(endpoints.Max(endpoint => record.Endpoints[endpoint].LastSeen)),
        };
    }

    private static ImmutableArray<Address> MacsOf(ImmutableArray<Address> addresses, List<int> endpoints, RouterTable routers)
    {
        var macs = new SortedSet<Address>(addresses.Where(address => address.IsMac));
        foreach (var endpoint in endpoints) macs.UnionWith(routers.OwnersOf(endpoint));

        return [.. macs];
    }

    /// <summary>Certain before announced before guessed, then early before late, each value once.</summary>
    private static ImmutableArray<string> Best(List<AssetFact> facts, FactKind kind, int most) =>
    [
        .. facts.Where(fact => fact.Kind == kind)
            .OrderByDescending(fact => fact.Certainty).ThenBy(fact => fact.Evidence.First).ThenBy(fact => fact.Value, StringComparer.Ordinal)
            .Select(fact => fact.Value).Distinct(StringComparer.OrdinalIgnoreCase).Take(most),
    ];

    /// <summary>Several devices of one kind behind an address are assets of their own; a single one is the machine itself, and only identifies it.</summary>
    private static void AddDevices(RouterTable routers, List<int>[] endpoints, ImmutableArray<Asset>.Builder assets)
    {
        var machines = assets.Count;
        for (var id = 0; id < machines && assets.Count - machines < MaximumDevices; id++)
        {
            var devices = endpoints[id].SelectMany(routers.FactsOf).Where(fact => fact.Kind == FactKind.Device).DistinctBy(fact => fact.Value);
            foreach (var kind in devices.GroupBy(KindOfDevice).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                var ofKind = kind.OrderBy(fact => fact.Value, StringComparer.Ordinal).ToList();
                if (ofKind.Count == 1) assets[id] = assets[id] with { Identifiers = assets[id].Identifiers.Add(ofKind[0].Value) };
                else foreach (var fact in ofKind) assets.Add(Behind(assets[id], assets.Count, fact));
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
