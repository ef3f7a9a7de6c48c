using System.Runtime.InteropServices;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// The map as ways to move: vertices are asset numbers, edges the conduits that give a hold on the next asset. Made once for a snapshot,
/// immutable, shared by all questions.
/// </summary>
public sealed class PathGraph
{
    private readonly List<PathEdge> _edges;
    private readonly PathEdge[] _more = [];         // edges that go on where those end
    private readonly int _costScale;
    private readonly LinkTable _links;
    private readonly ContactIndex _contacts;
    private readonly Lazy<TemporalGraph> _temporal;

    private PathGraph(MapSnapshot map, PathOptions options)
    {
        (Map, Options, _links, _costScale) = (map, options, map.Record.Links, (HighestCost(options) + byte.MaxValue - 1) / byte.MaxValue);
        var reader = new PathEdges(map, options);
        _edges = reader.Read();
        (ForwardEdge, BackwardEdge) = (reader.Forward, reader.Backward);
        Graph = Build();
        _contacts = new(map.Record.Contacts, map.Record.Conduits.Count);
        _temporal = new(() => TemporalGraph.Of(this));
    }

    private PathGraph(PathGraph known, MapSnapshot map)
    {
        (Map, Options, Graph, Gone, ForwardEdge, BackwardEdge) = (map, known.Options, known.Graph, known.Gone, known.ForwardEdge, known.BackwardEdge);
        (_edges, _more, _costScale, _links, _contacts, _temporal) =
            (known._edges, known._more, known._costScale, known._links, known._contacts, known._temporal);
    }

    private PathGraph(PathGraph known, MapSnapshot map, PathEdge[] more, IReadOnlyCollection<int> gone)
    {
        (Map, Options, _edges, _more, _costScale, _links, ForwardEdge, BackwardEdge) =
            (map, known.Options, known._edges, more, known._costScale, map.Record.Links, [], []);
        var (from, to) = (Array.ConvertAll(more, edge => edge.From), Array.ConvertAll(more, edge => edge.To));
        Graph = known.Graph.And(map.Assets.Length, from, to, Array.ConvertAll(more, edge => SearchCost(edge.Cost(Options.Costs))));
        _contacts = new(map.Record.Contacts, map.Record.Conduits.Count);
        _temporal = new(() => throw new NotSupportedException("contacts of a map that grew are searched in a graph made of it anew"));
        if (gone.Count > 0) Gone = new(Graph);
        foreach (var edge in gone) Gone!.DisableEdge(edge);
    }

    public MapSnapshot Map { get; }

    public PathOptions Options { get; }

    /// <summary>A QuikGraph graph: bring your own algorithm. <see cref="HopOf(int)"/> says what an edge stands for.</summary>
    public ReachGraph Graph { get; }

    /// <summary>Edges that a map which grew no longer has, and no search of it may take; null where there are none.</summary>
    internal EdgeMask? Gone { get; }

    /// <summary>The edge that runs with the sessions of a conduit row, and the one against them; -1 for none.</summary>
    internal int[] ForwardEdge { get; }

    internal int[] BackwardEdge { get; }

    public static PathGraph Of(MapSnapshot map, PathOptions? options = null) => new(map, options ?? PathOptions.Default);

    /// <summary>The same ways, of a map that was only watched for longer (<see cref="MapSnapshot.WatchedAs"/>).</summary>
    public PathGraph Over(MapSnapshot map) => new(this, map);

    /// <summary>
    /// The ways of a map that grew (<see cref="MapSnapshot.Grown"/>): these and more, but for the gone. Cheap to make; only for searches over edges
    /// that heed <see cref="Gone"/>.
    /// </summary>
    internal PathGraph Grown(MapSnapshot map, IEnumerable<PathEdge> more, IReadOnlyCollection<int> gone) => new(this, map, [.. more], gone);

    internal ref readonly PathEdge Edge(int edge)
    {
        var edges = CollectionsMarshal.AsSpan(_edges);
        return ref edge < edges.Length ? ref edges[edge] : ref _more[edge - edges.Length];
    }

    internal int CostOf(int edge) => Edge(edge).Cost(Options.Costs);

    internal HopDirection DirectionOf(in PathEdge edge) => edge.Class switch
    {
        EdgeClass.Pull or EdgeClass.Commanded => HopDirection.Pull,
        EdgeClass.Supposed when edge.Doubts.HasFlag(Doubt.Pulled) => HopDirection.PermittedPull,
        EdgeClass.Supposed or EdgeClass.Member => Options.Supposed == PathBasis.Permitted ? HopDirection.Permitted : HopDirection.Assumed,
        _ => HopDirection.Session,
    };

    /// <summary>Some step is no conduit's, so no firewall takes it away. Such are read last.</summary>
    internal bool HasUncuttable => _edges is [.., { Class: EdgeClass.Behind or EdgeClass.Member }];

    internal bool HasStandIns => Map.Assets is [.., { IsStandIn: true }];

    /// <summary>It stands for machines that are asked about themselves, or for none that a path could end at.</summary>
    internal bool IsMereStandIn(int asset) => Map.Assets.IsStandIn(asset)
        && (Options.Supposed != PathBasis.Permitted || Graph.OutEdges(asset).Any(edge => Edge(edge.Id).Class == EdgeClass.Member));

    /// <summary>What the contacts of the map stand for in this graph.</summary>
    internal TemporalGraph Temporal => _temporal.Value;

    /// <summary>Says that <see cref="Earliest"/> is going to be asked about these edges: their contacts are found together.</summary>
    internal void Seek(IEnumerable<int> edges) => _contacts.Seek(edges.Select(edge => Edge(edge).Row).Where(row => row != PathEdge.NoRow));

    /// <summary>Who stands at an edge's source at that moment, and takes the conversation that gets on earliest; null when none does.</summary>
    internal ContactHop? Earliest(int edge, Timestamp moment, TimeRule rule)
    {
        ref readonly var one = ref Edge(edge);
        var ends = new ReachEdge(one.From, one.To, edge);
        if (!one.IsTimeless) return _contacts.Earliest(ends, one.Row, moment, rule);
        return one.IsSupposed && rule.Claim == Claim.Must || moment > rule.Until ? null : new(ends, moment, moment, default, HopBasis.Timeless);
    }

    /// <summary>When the responder of a conduit first answered, as far as single conversations are kept.</summary>
    internal Timestamp FirstArrival(int row) =>
        _contacts.Earliest(default, row, Timestamp.Beginning, new() { Claim = Claim.May })?.Arrival ?? Timestamp.Never;

    /// <summary>The strongest effect seen over an edge, in its direction; null when none was.</summary>
    internal Effect? EffectOf(int edge)
    {
        if (Edge(edge).Row < 0) return null;
        ref readonly var row = ref Map.Record.Conduits[Edge(edge).Row];
        if (row.Effects < 0) return null;
        ref readonly var effects = ref Map.Record.Effects[row.Effects];
        return Edge(edge).Class is EdgeClass.Commanded or EdgeClass.Pull ? effects.Backward.Strongest : effects.Forward.Strongest;
    }

    /// <summary>An edge as a hop, not bound to a conversation: times and evidence are the conduit's. Not of a membership.</summary>
    public Hop HopOf(int edge)
    {
        var conduit = new Conduit(Map, Edge(edge).Row);
        return Edge(edge).Class == EdgeClass.Supposed
            ? Supposed(edge, Timestamp.Never)
            : Made(edge, conduit.FirstSeen, FirstArrival(Edge(edge).Row), conduit.Evidence);
    }

    /// <summary>An edge as a hop of a walk through time: times and evidence are those of the conversation taken. Not of a membership.</summary>
    internal Hop HopOf(in ContactHop taken)
    {
        var (edge, contact) = (taken.Edge.Id, taken.Contact);
        if (Edge(edge).Class == EdgeClass.Supposed) return Supposed(edge, taken.Start == Timestamp.Beginning ? Timestamp.Never : taken.Start);
        if (taken.Basis != HopBasis.Timeless)
            return Made(edge, taken.Start, taken.Arrival,
                new(Map.Record.Texts[contact.Capture], contact.Evidence, contact.Evidence, contact.Start, contact.End));
        return taken.Start == Timestamp.Beginning ? HopOf(edge) : Made(edge, taken.Start, taken.Arrival, new Conduit(Map, Edge(edge).Row).Evidence);
    }

    private Hop Made(int edge, Timestamp start, Timestamp arrival, Evidence evidence)
    {
        ref readonly var one = ref Edge(edge);
        return new(Map.Assets[one.From], Map.Assets[one.To], Map.ServiceOf(_links[one.Row]), new Conduit(Map, one.Row), one.Rank, DirectionOf(one),
            start, arrival, evidence);
    }

    private Hop Supposed(int edge, Timestamp at)
    {
        ref readonly var one = ref Edge(edge);
        return new(Map.Assets[one.From], Map.Assets[one.To], new Conduit(Map, one.Row).Service, null, one.Rank, DirectionOf(one), at,
            at, new("", 0, 0, at, at));
    }

    private ReachGraph Build()
    {
        var lowest = HasStandIns ? 0 : Enum.GetValues<PivotRank>().Min(rank => Options.Costs[rank]);
        return ReachGraph.Build(Map.Assets.Length, _edges.Count, (SearchCost(lowest), SearchCost(HighestCost(Options))), () =>
        {
            var edges = CollectionsMarshal.AsSpan(_edges);
            var (from, to, cost) =
                (GC.AllocateUninitializedArray<int>(edges.Length), GC.AllocateUninitializedArray<int>(edges.Length),
                    GC.AllocateUninitializedArray<byte>(edges.Length));
            for (var edge = 0; edge < edges.Length; edge++)
                (from[edge], to[edge], cost[edge]) = (edges[edge].From, edges[edge].To, SearchCost(edges[edge].Cost(Options.Costs)));
            return (from, to, cost);
        });
    }

    private static int HighestCost(PathOptions options) => Enum.GetValues<PivotRank>().Max(rank => options.Costs[rank]) + PathEdge.HighestSurcharge;

    /// <summary>Costs of the search fit one octet; a table with greater ones is scaled down for it, what a path reports is not.</summary>
    private byte SearchCost(int cost) => (byte)((cost + _costScale - 1) / _costScale);
}
