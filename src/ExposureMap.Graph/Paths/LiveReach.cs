namespace ExposureMap.Graph.Paths;

/// <summary>
/// What a set of vertices reaches (or what reaches it) while edges are added to a frozen graph: each edge is followed once, when it is added or when
/// its beginning is first reached (G. F. Italiano, Amortized efficiency of a path retrieval data structure, 1986). Of one thread.
/// </summary>
public sealed class LiveReach
{
    private readonly int _known;                                        // edges of the graph
    private readonly Arcs _arcs;
    private readonly Dictionary<int, List<int>> _added = [];            // edges by beginning
    private readonly List<int> _ends = [];                              // of those, by number
    private readonly Stack<int> _follow = new();
    private bool[] _isReached;

    /// <param name="direction">Backward: what reaches the sources; the beginning of an edge is then where it leads to.</param>
    public LiveReach(ReachGraph graph, Direction direction, ReadOnlySpan<int> sources)
    {
        (_known, _arcs, _isReached) = (graph.EdgeCount, graph.ArcsOf(direction), new bool[graph.VertexCount]);
        using var reach = direction == Direction.Forward ? Reach.Forward(graph, sources) : Reach.Backward(graph, sources);
        foreach (var vertex in reach.Order) _isReached[vertex] = true;
    }

    public bool Contains(int vertex) => vertex < _isReached.Length && _isReached[vertex];

    /// <summary>From now on the vertex, which may be a new one, counts as a source. Answers which edges are followed from now on.</summary>
    public IReadOnlyList<int> AddSource(int vertex) => Contains(vertex) ? [] : Follow(vertex, []);

    /// <summary>Adds an edge, which gets the next number, between vertices that may be new. Answers which edges are followed from now on.</summary>
    public IReadOnlyList<int> AddEdge(int from, int to)
    {
        if (_arcs.Direction == Direction.Backward) (from, to) = (to, from);
        if (!_added.TryGetValue(from, out var edges)) _added.Add(from, edges = []);
        edges.Add(_known + _ends.Count);
        _ends.Add(to);
        if (!Contains(from)) return [];
        return Contains(to) ? [edges[^1]] : Follow(to, [edges[^1]]);
    }

    private List<int> Follow(int vertex, List<int> followed)
    {
        Mark(vertex);
        while (_follow.TryPop(out vertex))
        {
            for (var slot = StartOf(vertex); slot < StartOf(vertex + 1); slot++) Take(_arcs.Edge[slot], _arcs.Other[slot]);
            foreach (var edge in _added.GetValueOrDefault(vertex, [])) Take(edge, _ends[edge - _known]);
        }

        return followed;

        void Take(int edge, int end)
        {
            followed.Add(edge);
            if (!Contains(end)) Mark(end);
        }
    }

    /// <summary>Vertices that are new have no arcs in the graph.</summary>
    private int StartOf(int vertex) => _arcs.Start[Math.Min(vertex, _arcs.Start.Length - 1)];

    private void Mark(int vertex)
    {
        if (vertex >= _isReached.Length) Array.Resize(ref _isReached, Math.Max(vertex + 1, _isReached.Length * 2));
        _isReached[vertex] = true;
        _follow.Push(vertex);
    }
}
