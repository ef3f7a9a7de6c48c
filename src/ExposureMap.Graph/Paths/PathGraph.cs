using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// The map as ways to move: vertices are asset numbers, edges the conduits that give a hold on the next asset. Made once for a snapshot,
/// immutable, shared by all questions.
/// </summary>
public sealed class PathGraph
{
    private readonly PathEdge[] _edges;
    private readonly ContactTables _contacts;

    private PathGraph(MapSnapshot map, PathOptions options)
    {
        (Map, Options) = (map, options);
        var reader = new PathEdges(map, options);
        _edges = reader.Read();
        (ForwardEdge, BackwardEdge) = (reader.Forward, reader.Backward);
        Graph = Build();
        _contacts = new(map.Record);
    }

    public MapSnapshot Map { get; }

    public PathOptions Options { get; }

    /// <summary>A QuikGraph graph: bring your own algorithm. <see cref="HopOf(int)"/> says what an edge stands for.</summary>
    public ReachGraph Graph { get; }

    /// <summary>The edge that runs with the sessions of a conduit row, and the one against them; -1 for none.</summary>
    internal int[] ForwardEdge { get; }

    internal int[] BackwardEdge { get; }

    public static PathGraph Of(MapSnapshot map, PathOptions? options = null) => new(map, options ?? PathOptions.Default);

    internal ref readonly PathEdge Edge(int edge) => ref _edges[edge];

    internal int CostOf(int edge) => _edges[edge].Cost(Options.Costs);

    internal HopDirection DirectionOf(EdgeClass edge) => edge switch
    {
        EdgeClass.Pull or EdgeClass.Commanded => HopDirection.Pull,
        EdgeClass.Supposed or EdgeClass.Member => Options.Supposed == PathBasis.Permitted ? HopDirection.Permitted : HopDirection.Assumed,
        _ => HopDirection.Session,
    };

    internal bool HasStandIns => Map.Assets is [.., { IsStandIn: true }];

    /// <summary>It stands for machines that are asked about themselves, or for none that a path could end at.</summary>
    internal bool IsMereStandIn(int asset) => Map.Assets[asset].IsStandIn
        && (Options.Supposed != PathBasis.Permitted || Graph.OutEdges(asset).Any(edge => _edges[edge.Id].Class == EdgeClass.Member));

    internal ContactTable Contacts(ContactRule rule) => _contacts.For(rule);

    /// <summary>The strongest effect seen over an edge, in its direction; null when none was.</summary>
    internal Effect? EffectOf(int edge)
    {
        if (_edges[edge].Row < 0) return null;
        ref readonly var row = ref Map.Record.Conduits[_edges[edge].Row];
        if (row.Effects < 0) return null;
        ref readonly var effects = ref Map.Record.Effects[row.Effects];
        return _edges[edge].Class is EdgeClass.Commanded or EdgeClass.Pull ? effects.Backward.Strongest : effects.Forward.Strongest;
    }

    /// <summary>An edge as a hop, not bound to a conversation: times and evidence are the conduit's. Not of a membership.</summary>
    public Hop HopOf(int edge) => HopOf(edge, ContactTable.NoContact, Timestamp.Never);

    /// <param name="contact">The conversation taken, or none.</param>
    /// <param name="at">When the intruder stands at the hop's beginning; needed where no conversation is taken.</param>
    internal Hop HopOf(int edge, int contact, Timestamp at)
    {
        ref readonly var one = ref _edges[edge];
        var (conduit, direction) = (new Conduit(Map, one.Row), DirectionOf(one.Class));
        if (one.Class == EdgeClass.Supposed) return new(Map.Assets[one.From], Map.Assets[one.To], conduit.Service, null, one.Rank, direction, at, at, new("", 0, 0, at, at));
        var (start, arrival, evidence) = (conduit.FirstSeen, FirstArrival(one.Row), conduit.Evidence);
        if (contact >= 0)
        {
            ref readonly var row = ref Map.Record.Contacts[contact];
            (start, arrival) = (new(row.Start), new(Math.Max(row.Arrival, row.Start)));
            evidence = new(Map.Record.Texts[row.Capture], row.FirstFrame, row.FirstFrame, start, new(row.End));
        }
        else if (!at.IsNever) (start, arrival) = (at, at);

        return new(Map.Assets[one.From], Map.Assets[one.To], conduit.Service, conduit, one.Rank, direction, start, arrival, evidence);
    }

    private Timestamp FirstArrival(int row)
    {
        var table = Contacts(ContactRule.Strict);
        var contact = table.Earliest(row, long.MinValue, out var arrival);
        return contact < 0 ? Timestamp.Never : new(arrival);
    }

    /// <summary>Costs of the search fit one octet; a table with greater ones is scaled down for it, what a path reports is not.</summary>
    private ReachGraph Build()
    {
        var highest = Enum.GetValues<PivotRank>().Max(rank => Options.Costs[rank]) + PathEdge.HighestSurcharge;
        var scale = (highest + byte.MaxValue - 1) / byte.MaxValue;
        var (from, to, cost) = (new int[_edges.Length], new int[_edges.Length], new byte[_edges.Length]);
        for (var edge = 0; edge < _edges.Length; edge++)
            (from[edge], to[edge], cost[edge]) = (_edges[edge].From, _edges[edge].To, (byte)((CostOf(edge) + scale - 1) / scale));
        return ReachGraph.Build(Map.Assets.Length, from, to, cost);
    }
}
