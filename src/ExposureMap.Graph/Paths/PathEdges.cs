using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Paths;

/// <summary>Reads the conduits of a map as edges of paths: all in one pass, or one by one.</summary>
internal sealed class PathEdges(MapSnapshot map, PathOptions options)
{
    public const int NoEdge = -1;

    private static readonly HashSet<string> PullServices = new(
        ["http", "http-proxy", "socks", "ssl", "smb", "ftp", "ftp-data", "tftp", "nfs", "rsync", "afp"], StringComparer.Ordinal);

    private readonly List<PathEdge> _edges = [];
    private readonly ServiceRanks _ranks = new(map);
    private readonly Dictionary<(int Carrier, string Protocol), Carriage> _carriages = [];

    /// <summary>How a carrier is spoken to on the protocol of the devices behind it.</summary>
    private readonly record struct Carriage(int Row, PivotRank Rank, bool IsInward, Doubt Doubts);

    /// <summary>Of what was read, by row: the edge with its sessions, and the one against them.</summary>
    public int[] Forward { get; private set; } = [];

    public int[] Backward { get; private set; } = [];

    /// <summary>The list is as it grew, not copied once more: at eight million conduits that would cost as much as reading them.</summary>
    public List<PathEdge> Read()
    {
        (Forward, Backward) = (NewColumn(map), NewColumn(map));
        _edges.EnsureCapacity(Forward.Length);
        var isCarrier = new bool[map.Assets.Length];
        foreach (var device in map.Assets.Devices) isCarrier[device.Behind] = true;
        var (links, hasCarriers) = (map.Record.Links, isCarrier.Contains(true));
        for (var row = 0; row < links.Count; row++)
        {
            var link = links[row];
            var (with, against) = Of(row, link);
            if (with is { } session) Forward[row] = Add(session);
            if (against is { } commanded) Backward[row] = Add(commanded);
            if (hasCarriers && link.Is(LinkMarks.Usable)) NoteCarriages(row, link, isCarrier);
        }

        foreach (var device in map.Assets.Devices) AddDevice(device);
        if (map.Assets is [.., { IsStandIn: true }]) AddMembers();
        return _edges;
    }

    /// <summary>Where content is fetched from: files, pages, updates, or anything through a proxy.</summary>
    public static bool IsPull(Service service)
    {
        foreach (var part in service.Name.Split(',')) if (PullServices.Contains(part)) return true;
        return false;
    }

    private static int[] NewColumn(MapSnapshot map)
    {
        var column = new int[map.Record.Conduits.Count];
        Array.Fill(column, NoEdge);
        return column;
    }

    /// <summary>What a conduit gives a hold on: with its sessions its responder, against them who opened them.</summary>
    public (PathEdge? With, PathEdge? Against) Of(int row, in LinkRow link)
    {
        if (!link.Is(LinkMarks.Usable)) return default;
        var (from, to) = (map.AssetOfEndpoint(link.From), map.AssetOfEndpoint(link.To));
        if (from < 0 || to < 0 || from == to) return default;
        var doubts = DoubtsOf(link);
        var (rank, isSupposed) = (_ranks.Of(link), link.Is(LinkMarks.Supposed));
        PathEdge? with = rank == PivotRank.None && !options.IncludeNone
            ? null
            : new(from, to, row, isSupposed ? EdgeClass.Supposed : EdgeClass.Session, rank, doubts);
        if (ServiceRanks.Commanded(link) is { } commanded) return (with, new(to, from, row, EdgeClass.Commanded, commanded, doubts));
        var pulls = isSupposed ? options.Supposed == PathBasis.Permitted && _ranks.LetsPull(link.Service) : _ranks.IsPull(link.Service);
        return (with,
            pulls && Fetches(link)
                ? new(to, from, row, isSupposed ? EdgeClass.Supposed : EdgeClass.Pull, PivotRank.Transfer, doubts | Doubt.Pulled)
                : null);
    }

    private static Doubt DoubtsOf(in LinkRow link) =>
        (link.Is(LinkMarks.Certain) ? 0 : Doubt.Direction) | (link.Is(LinkMarks.Payload) ? 0 : Doubt.Protocol)
        | (link.Is(LinkMarks.Supposed) ? Doubt.Supposed : 0);

    private int Add(in PathEdge edge)
    {
        _edges.Add(edge);
        return _edges.Count - 1;
    }

    private void NoteCarriages(int row, in LinkRow link, bool[] isCarrier)
    {
        var (from, to) = (map.AssetOfEndpoint(link.From), map.AssetOfEndpoint(link.To));
        if (from < 0 || to < 0 || from == to) return;
        if (isCarrier[to]) NoteCarriage(to, link.Service, new(row, _ranks.Of(link), true, DoubtsOf(link)));
        if (isCarrier[from]) NoteCarriage(from, link.Service, new(row, ServiceRanks.Commanded(link) ?? PivotRank.Data, false, DoubtsOf(link)));
    }

    private bool Fetches(in LinkRow link)
    {
        if (options.Pulls != PullScope.Field) return options.Pulls == PullScope.Everybody;
        var (from, to) = (map.SegmentOfEndpoint(link.From), map.SegmentOfEndpoint(link.To));
        return from.Kind is SegmentKind.Ot or SegmentKind.Metering && from != to;
    }

    private void NoteCarriage(int carrier, int service, Carriage carriage)
    {
        foreach (var protocol in _ranks.Protocols(service))
        {
            if (!_carriages.TryGetValue((carrier, protocol), out var known)
                || (carriage.IsInward, carriage.Rank).CompareTo((known.IsInward, known.Rank)) > 0) _carriages[(carrier, protocol)] = carriage;
        }
    }

    /// <summary>Everyone is what stands for its segment; where the policy rules, whoever is let in may go on to any machine there.</summary>
    private void AddMembers()
    {
        var standIns = map.Assets.Where(asset => asset.IsStandIn)
            .ToDictionary(asset => asset.Segment.Name, asset => asset.Id, StringComparer.Ordinal);
        var isPermitted = options.Supposed == PathBasis.Permitted;
        foreach (var asset in map.Assets.Where(asset => !asset.IsStandIn))
        {
            if (asset.Behind >= 0)
            {
                if (isPermitted) AddMember(asset.Behind, asset.Id);
                continue;
            }

            foreach (var segment in StandIns.HomesOf(map, asset))
            {
                if (!standIns.TryGetValue(segment.Name, out var standIn)) continue;
                AddMember(asset.Id, standIn);
                if (isPermitted) AddMember(standIn, asset.Id);
            }
        }
    }

    private void AddMember(int from, int to) => Add(new(from, to, PathEdge.NoRow, EdgeClass.Member, PivotRank.Execute, Doubt.Supposed));

    /// <summary>A device is as open as its carrier is on the protocol that told of it (<c>modbus unit 5</c>).</summary>
    private void AddDevice(Asset device)
    {
        var protocol = device.Device.Split(' ')[0];
        if (!_carriages.TryGetValue((device.Behind, protocol), out var carriage)) return;
        var rank = carriage.Rank == PivotRank.None ? PivotRank.Data : carriage.Rank;
        Add(new(device.Behind, device.Id, carriage.Row, EdgeClass.Behind, rank, carriage.Doubts));
    }
}
