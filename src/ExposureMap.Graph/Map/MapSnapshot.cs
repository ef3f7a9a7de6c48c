using System.Collections.Concurrent;
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
    private readonly (int Asset, Segment Segment)[] _more = [];     // endpoints that go on where those end
    private readonly AssetBuilder _builder;
    private readonly ConcurrentDictionary<Segment, ImmutableArray<Segment>> _alone = [];

    public MapSnapshot(MapRecord record, MapSettings settings)
    {
        Record = record;
        _services = [.. record.Services];
        Settings = settings;
        var routers = new RouterTable(record);
        _assetOfEndpoint = AssetResolution.Resolve(record, routers, out var machines);
        Segments = settings.Segments.Segments.IsEmpty ? SegmentInference.Infer(record, routers, _assetOfEndpoint) : settings.Segments;
        _segmentOfEndpoint = SegmentOfEach(record, routers);
        _builder = new(this, routers, machines);
        Assets = new(_builder);
    }

    /// <summary>A map with more in it: a record, and assets that go on where the known ones end, each at the endpoint in its place.</summary>
    internal MapSnapshot(MapSnapshot known, MapRecord record, IReadOnlyCollection<Asset> more)
        : this(known, record, more, more.Select(asset => (asset.Id, asset.Segment)))
    {
    }

    private MapSnapshot(MapSnapshot known, MapRecord record, IEnumerable<Asset> more, IEnumerable<(int Asset, Segment Segment)> endpoints)
    {
        (Record, Settings, Segments, Assets, _builder) = (record, known.Settings, known.Segments, known.Assets.And(more), known._builder);
        _services = [.. record.Services];
        (_assetOfEndpoint, _segmentOfEndpoint, _more) = (known._assetOfEndpoint, known._segmentOfEndpoint, [.. known._more, .. endpoints]);
    }

    /// <summary>The same map, watched for longer: what was found out about it holds.</summary>
    public MapSnapshot WatchedAs(MapRecord record) => new(this, Record with { Coverage = record.Coverage }, []);

    /// <summary>
    /// The same map with what a later record has more, without judging anew what was known: a new address is a machine of its own. It is none yet
    /// where its segment is told by more than its prefix, or where it may be a broadcast: facts say so, and to look at all of them takes a new
    /// snapshot.
    /// </summary>
    internal MapSnapshot Grown(MapRecord record)
    {
        var isByPrefix = !Settings.Segments.Segments.IsEmpty && !Segments.HasVlans && !Segments.HasMacs;
        var (assets, endpoints) = (new List<Asset>(), new List<(int, Segment)>());
        for (var endpoint = Record.Endpoints.Count; endpoint < record.Endpoints.Count; endpoint++)
        {
            ref readonly var row = ref record.Endpoints[endpoint];
            var (address, segment) = (row.Address, Segments.Find(row.Address));
            var isMachine = isByPrefix && address.IsIp && !address.IsGroup && !address.IsUnspecified && !RouterTable.IsLastOfNetwork(address);
            endpoints.Add((isMachine ? Assets.Length + assets.Count : -1, segment));
            if (!isMachine) continue;
            assets.Add(new()
            {
                Id = Assets.Length + assets.Count,
                Address = address,
                Addresses = [address],
                Overlay = record.Texts[row.Overlay],
                Segment = segment,
                Segments = AloneIn(segment),
                FirstSeen = new(row.FirstSeen),
                LastSeen = new(row.LastSeen),
            });
        }

        return new(this, record, assets, endpoints);
    }

    public MapRecord Record { get; }

    public MapSettings Settings { get; }

    /// <summary>The declared segments, or the inferred ones when none are declared.</summary>
    public SegmentTable Segments { get; }

    /// <summary>By number: machines first, then the devices behind them.</summary>
    public AssetTable Assets { get; }

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
    internal Service ServiceOf(in ConduitRow row) => Named(row.Service, SiteServiceOf(row));

    internal Service ServiceOf(in LinkRow link) => Named(link.Service, link.Is(LinkMarks.Payload) ? null : SiteServiceOf(link.Service, link.To));

    internal SiteService? SiteServiceOf(in ConduitRow row) => row.ServiceBasis == ServiceBasis.Payload ? null : SiteServiceOf(row.Service, row.To);

    private Service Named(int service, SiteService? site) => site is null ? _services[service] : _services[service] with { Name = site.Name };

    private SiteService? SiteServiceOf(int number, int to)
    {
        if (Settings.Catalogue.IsEmpty) return null;
        var (service, responder) = (_services[number], Record.Endpoints[to].Address);
        foreach (var site in Settings.Catalogue)
        {
            if (site.Matches(service, responder)) return site;
        }

        return null;
    }

    internal ReadOnlySpan<Service> Services => _services;

    /// <summary>-1 for an address that is no machine's.</summary>
    public int AssetOfEndpoint(int endpoint) =>
        endpoint < _assetOfEndpoint.Length ? _assetOfEndpoint[endpoint] : _more[endpoint - _assetOfEndpoint.Length].Asset;

    public Segment SegmentOfEndpoint(int endpoint) =>
        endpoint < _segmentOfEndpoint.Length ? _segmentOfEndpoint[endpoint] : _more[endpoint - _segmentOfEndpoint.Length].Segment;

    public IEnumerable<Asset> AssetsOf(SegmentKind kind) => IdsIn(segment => segment.Kind == kind).Select(id => Assets[id]);

    /// <summary>Numbers of the assets with an address in such a segment, ascending.</summary>
    public IEnumerable<int> IdsIn(Func<Segment, bool> isIt)
    {
        var answers = new Dictionary<Segment, bool>(ReferenceEqualityComparer.Instance);
        for (var id = 0; id < Assets.Length; id++)
        {
            if (_builder.Has(id) ? IsAnyOf(_builder.HomesOf(_builder.CarrierOf(id))) : Assets[id].Segments.Any(isIt)) yield return id;
        }

        bool IsAnyOf(ArraySegment<int> endpoints)
        {
            foreach (var endpoint in endpoints) if (Is(_segmentOfEndpoint[endpoint])) return true;
            return false;
        }

        bool Is(Segment segment)
        {
            if (!answers.TryGetValue(segment, out var answer)) answers.Add(segment, answer = isIt(segment));
            return answer;
        }
    }

    /// <summary>Of the segment that an asset is in; told without putting it together, where it has one address.</summary>
    public SegmentKind KindOf(int id) =>
        _builder.Has(id) && _builder.EndpointsOf(_builder.CarrierOf(id)) is [var only] ? _segmentOfEndpoint[only].Kind : Assets[id].Kind;

    /// <inheritdoc cref="AssetBuilder.MayBeDevice"/>
    internal bool MayBeDevice(int machine) => _builder.MayBeDevice(machine);

    /// <summary>Machines with addresses in more than one segment; no others are put together.</summary>
    public IEnumerable<Asset> InSeveralSegments
    {
        get
        {
            for (var id = 0; id < _builder.Machines; id++)
            {
                var homes = _builder.HomesOf(id);
                for (var index = 1; index < homes.Count; index++)
                {
                    if (ReferenceEquals(_segmentOfEndpoint[homes[index]], _segmentOfEndpoint[homes[0]])) continue;
                    yield return Assets[id];
                    break;
                }
            }
        }
    }

    /// <summary>Numbers of the machines with such an address, ascending.</summary>
    public IEnumerable<int> IdsAt(Func<Address, bool> isIt)
    {
        var ids = new SortedSet<int>();
        for (var endpoint = 0; endpoint < Record.Endpoints.Count; endpoint++)
            if (isIt(Record.Endpoints[endpoint].Address) && _assetOfEndpoint[endpoint] is var id and >= 0) ids.Add(id);
        return ids;
    }

    /// <summary>One list for all machines that lie in one segment.</summary>
    internal ImmutableArray<Segment> AloneIn(Segment segment) => _alone.GetOrAdd(segment, one => [one]);

    /// <summary>The earliest and the latest moment that was watched.</summary>
    public (Timestamp First, Timestamp Last) Watched => Record.Coverage.IsEmpty
        ? (Timestamp.Never, Timestamp.Never)
        : (Record.Coverage.Values.Select(one => one.First).Min(),
            Record.Coverage.Values.Select(one => one.Last).Where(last => !last.IsNever).DefaultIfEmpty(Timestamp.Never).Max());

    private Segment[] SegmentOfEach(MapRecord record, RouterTable routers)
    {
        var segments = new Segment[record.Endpoints.Count];
        var (hasMacs, hasVlans) = (Segments.HasMacs, Segments.HasVlans);
        for (var endpoint = 0; endpoint < segments.Length; endpoint++)
        {
            ref readonly var row = ref record.Endpoints[endpoint];
            var owners = hasMacs ? routers.OwnersOf(endpoint) : [];
            segments[endpoint] = Segments.Find(row.Address, hasVlans ? routers.HomeVlanOf(endpoint) : -1, owners.Length == 1 ? owners[0] : default);
        }

        return segments;
    }
}
