using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// The map at one moment, read against what the site says: which endpoints are one asset, which segment each lies in, what roles they have.
/// Immutable; every query, finding and export reads one of these.
/// </summary>
public sealed class MapSnapshot
{
    private readonly Service[] _services;
    private readonly int[] _assetOfEndpoint;
    private readonly Segment[] _segmentOfEndpoint;

    public MapSnapshot(MapRecord record, MapSettings settings)
    {
        Record = record;
        _services = [.. record.Services];
        Settings = settings;
        var routers = new RouterTable(record);
        _assetOfEndpoint = AssetResolution.Resolve(record, routers, out var machines);
        Segments = settings.Segments.Segments.IsEmpty ? SegmentInference.Infer(record) : settings.Segments;
        _segmentOfEndpoint = SegmentOfEach(record, routers);
        Assets = AssetBuilder.Build(this, routers, machines);
    }

    /// <summary>A map with more in it: a record and assets that go on where the known ones end, each of the new ones at the endpoint in its place.</summary>
    internal MapSnapshot(MapSnapshot known, MapRecord record, ImmutableArray<Asset> assets)
    {
        (Record, Settings, Segments, Assets) = (record, known.Settings, known.Segments, assets);
        _services = [.. record.Services];
        _assetOfEndpoint = [.. known._assetOfEndpoint, .. assets.Skip(known.Assets.Length).Select(asset => asset.Id)];
        _segmentOfEndpoint = [.. known._segmentOfEndpoint, .. assets.Skip(known.Assets.Length).Select(asset => asset.Segment)];
    }

    public MapRecord Record { get; }

    public MapSettings Settings { get; }

    /// <summary>The declared segments, or the inferred ones when none are declared.</summary>
    public SegmentTable Segments { get; }

    /// <summary>By number: machines first, then the devices behind them.</summary>
    public ImmutableArray<Asset> Assets { get; }

    /// <summary>Those that stand for at least one conversation, in the order of their rows.</summary>
    public IEnumerable<Conduit> Conduits
    {
        get
        {
            for (var row = 0; row < Record.Conduits.Count; row++)
            {
                if (Record.Conduits[row].Conversations > 0) yield return new(this, row);
            }
        }
    }

    /// <summary>What a conduit leads to; named by the site's catalogue where the payload told nothing.</summary>
    internal Service ServiceOf(in ConduitRow row)
    {
        var service = _services[row.Service];
        return SiteServiceOf(row) is { } site ? service with { Name = site.Name } : service;
    }

    internal SiteService? SiteServiceOf(in ConduitRow row)
    {
        if (Settings.Catalogue.IsEmpty || row.ServiceBasis == ServiceBasis.Payload) return null;
        var (service, responder) = (_services[row.Service], Record.Endpoints[row.To].Address);
        foreach (var site in Settings.Catalogue)
        {
            if (site.Matches(service, responder)) return site;
        }

        return null;
    }

    internal ReadOnlySpan<Service> Services => _services;

    public int AssetOfEndpoint(int endpoint) => _assetOfEndpoint[endpoint];

    public Segment SegmentOfEndpoint(int endpoint) => _segmentOfEndpoint[endpoint];

    public IEnumerable<Asset> AssetsOf(SegmentKind kind) => Assets.Where(asset => asset.Segments.Any(segment => segment.Kind == kind));

    /// <summary>The earliest and the latest moment that was watched.</summary>
    public (Timestamp First, Timestamp Last) Watched => Record.Coverage.IsEmpty
        ? (Timestamp.Never, Timestamp.Never)
        : (Record.Coverage.Values.Select(one => one.First).Min(), Record.Coverage.Values.Select(one => one.Last).Where(last => !last.IsNever).DefaultIfEmpty(Timestamp.Never).Max());

    private Segment[] SegmentOfEach(MapRecord record, RouterTable routers)
    {
        var segments = new Segment[record.Endpoints.Count];
        for (var endpoint = 0; endpoint < segments.Length; endpoint++)
        {
            ref readonly var row = ref record.Endpoints[endpoint];
            var owners = routers.OwnersOf(endpoint);
            segments[endpoint] = Segments.Find(row.Address, HomeVlan(row, routers.FactsOf(endpoint)), owners.Length == 1 ? owners[0] : default);
        }

        return segments;
    }

    /// <summary>The VLAN where the address was claimed, or sent from without a hop; a routed frame's VLAN says nothing of its sender.</summary>
    private static int HomeVlan(in EndpointRow row, IEnumerable<AssetFact> facts)
    {
        if (row.Address.IsMac) return row.Vlan;
        foreach (var fact in facts)
        {
            if (fact.Vlan >= 0 && (fact.Kind == FactKind.OwnedBy || fact.Kind == FactKind.SentBy && EndpointFacts.Mac(fact).Hops == 0)) return fact.Vlan;
        }

        return -1;
    }
}
