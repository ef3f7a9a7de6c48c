namespace ExposureMap.Graph.Paths;

/// <summary>What a maximum flow runs through: states, and arcs between them that are numbered by what a cut would remove.</summary>
internal interface IFlowNetwork
{
    /// <summary>The capacity of an arc that no cut may remove.</summary>
    public const int Unlimited = int.MaxValue;

    int StateCount { get; }

    /// <summary>Work arrays with an entry a state.</summary>
    ScratchPool Scratch { get; }

    int ArcCount { get; }

    int OutCount(int state);

    (int Next, int Arc) Out(int state, int index);

    int InCount(int state);

    (int Before, int Arc) In(int state, int index);

    int Capacity(int arc);
}

/// <summary>A graph whose edges are cut. Arcs are edge numbers.</summary>
internal readonly struct EdgeNetwork(ReachGraph graph, int[]? capacity, EdgeMask? mask) : IFlowNetwork
{
    private readonly Arcs _outward = graph.Outward;
    private readonly Arcs _inward = graph.Inward;

    public int StateCount => graph.VertexCount;

    public ScratchPool Scratch => graph.Scratch;

    public int ArcCount => graph.EdgeCount;

    public int OutCount(int state) => _outward.Degree(state);

    public (int Next, int Arc) Out(int state, int index)
    {
        var slot = _outward.Start[state] + index;
        return (_outward.Other[slot], _outward.Edge[slot]);
    }

    public int InCount(int state) => _inward.Degree(state);

    public (int Before, int Arc) In(int state, int index)
    {
        var slot = _inward.Start[state] + index;
        return (_inward.Other[slot], _inward.Edge[slot]);
    }

    public int Capacity(int arc) => mask?.IsEdgeDisabled(arc) == true ? 0 : capacity?[arc] ?? 1;
}

/// <summary>
/// A graph whose vertices are cut: each is an entry (2v) and an exit (2v + 1) with one arc between them that carries its capacity.
/// R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), section 2.4, node splitting; here nothing is materialised.
/// Arcs below the vertex count are vertices, above it edges, which no cut may remove; nor the vertices at the ends.
/// </summary>
internal readonly struct VertexNetwork(ReachGraph graph, int[]? capacity, BitSet ends, EdgeMask? mask) : IFlowNetwork
{
    private readonly Arcs _outward = graph.Outward;
    private readonly Arcs _inward = graph.Inward;
    private readonly int _vertices = graph.VertexCount;

    public int StateCount => 2 * _vertices;

    public ScratchPool Scratch => graph.SplitScratch;

    public int ArcCount => _vertices + graph.EdgeCount;

    public static int Entry(int vertex) => 2 * vertex;

    public static int Exit(int vertex) => 2 * vertex + 1;

    public int OutCount(int state) => IsExit(state) ? _outward.Degree(state >> 1) : 1;

    public (int Next, int Arc) Out(int state, int index)
    {
        if (!IsExit(state)) return (state + 1, state >> 1);
        var slot = _outward.Start[state >> 1] + index;
        return (Entry(_outward.Other[slot]), _vertices + _outward.Edge[slot]);
    }

    public int InCount(int state) => IsExit(state) ? 1 : _inward.Degree(state >> 1);

    public (int Before, int Arc) In(int state, int index)
    {
        if (IsExit(state)) return (state - 1, state >> 1);
        var slot = _inward.Start[state >> 1] + index;
        return (Exit(_inward.Other[slot]), _vertices + _inward.Edge[slot]);
    }

    public int Capacity(int arc)
    {
        if (arc < _vertices) return ends.Contains(arc) ? IFlowNetwork.Unlimited : capacity?[arc] ?? 1;
        return mask?.IsEdgeDisabled(arc - _vertices) == true ? 0 : IFlowNetwork.Unlimited;
    }

    private static bool IsExit(int state) => (state & 1) != 0;
}

/// <summary>A network whose arcs run the other way: its cuts are the same.</summary>
internal readonly struct TurnedNetwork<TNetwork>(TNetwork network) : IFlowNetwork
    where TNetwork : struct, IFlowNetwork
{
    public int StateCount => network.StateCount;

    public ScratchPool Scratch => network.Scratch;

    public int ArcCount => network.ArcCount;

    public int OutCount(int state) => network.InCount(state);

    public (int Next, int Arc) Out(int state, int index) => network.In(state, index);

    public int InCount(int state) => network.OutCount(state);

    public (int Before, int Arc) In(int state, int index) => network.Out(state, index);

    public int Capacity(int arc) => network.Capacity(arc);
}
