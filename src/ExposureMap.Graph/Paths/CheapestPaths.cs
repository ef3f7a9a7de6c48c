namespace ExposureMap.Graph.Paths;

/// <summary>
/// The cheapest path from a set of vertices to each other one (or from each to the set), edge costs being small integers:
/// E. W. Dijkstra, A note on two problems in connexion with graphs (1959), with the bucket queue of R. B. Dial (1969).
/// Hops cannot be bounded here: a cheap path with many hops would hide a dear one with few. <see cref="KCheapestPaths"/> can.
/// </summary>
public sealed class CheapestPaths : IDisposable
{
    private const int NoArc = -1;

    private readonly ReachGraph _graph;
    private readonly Arcs _arcs;
    private int[] _cost;
    private int[] _arc;
    private int[] _touched;
    private int _touchedCount;
    private int _settledUpTo = -1;      // costs up to here are final

    private CheapestPaths(ReachGraph graph, Direction direction)
    {
        (_graph, _arcs) = (graph, graph.ArcsOf(direction));
        (_cost, _arc, _touched) = (graph.Scratch.RentCosts(), graph.Scratch.RentDirty(), graph.Scratch.RentDirty());
    }

    public CutOff CutOff { get; private set; }

    public bool IsComplete => CutOff == CutOff.None;

    /// <summary>With <paramref name="stopAt"/> the search ends when the cost of that vertex is known; dearer vertices then count as not reached.</summary>
    public static CheapestPaths Forward(
        ReachGraph graph, ReadOnlySpan<int> from, EdgeMask? mask = null, SearchBounds? bounds = null, int stopAt = -1, CancellationToken stop = default) =>
        Run(graph, Direction.Forward, from, mask, bounds ?? SearchBounds.None, stopAt, stop);

    public static CheapestPaths Backward(
        ReachGraph graph, ReadOnlySpan<int> to, EdgeMask? mask = null, SearchBounds? bounds = null, int stopAt = -1, CancellationToken stop = default) =>
        Run(graph, Direction.Backward, to, mask, bounds ?? SearchBounds.None, stopAt, stop);

    public bool Contains(int vertex) => _cost[vertex] <= _settledUpTo;

    public int? CostTo(int vertex) => Contains(vertex) ? _cost[vertex] : null;

    /// <summary>A cheapest path in the direction of the edges; null when not reached.</summary>
    public EdgePath? PathTo(int vertex) => Contains(vertex) ? Reach.PathOf(_arcs, _arc, vertex) : null;

    /// <summary>The edge over which a vertex is reached most cheaply, -1 for a start. Only of reached ones.</summary>
    internal int EdgeInto(int vertex) => _arc[vertex] == NoArc ? NoArc : _arcs.Edge[_arc[vertex]];

    /// <summary>Cost by vertex, <see cref="int.MaxValue"/> where not reached; only a complete search has all of them right.</summary>
    internal int[] Costs => _cost;

    public void Dispose()
    {
        if (_cost.Length == 0) return;
        _graph.Scratch.ReturnCosts(_cost, _touched.AsSpan(0, _touchedCount));
        _graph.Scratch.ReturnDirty(_arc);
        _graph.Scratch.ReturnDirty(_touched);
        (_cost, _arc, _touched, _touchedCount) = ([], [], [], 0);
    }

    private static CheapestPaths Run(
        ReachGraph graph, Direction direction, ReadOnlySpan<int> starts, EdgeMask? mask, SearchBounds bounds, int stopAt, CancellationToken stop)
    {
        if (bounds.MaxHops != int.MaxValue) throw new ArgumentException("hops cannot be bounded here", nameof(bounds));
        var paths = new CheapestPaths(graph, direction);
        var budget = new SearchBudget(bounds, stop);
        if (mask is null) paths.Search(starts, default(Unmasked), stopAt, ref budget);
        else paths.Search(starts, new Masked(mask), stopAt, ref budget);
        paths.CutOff = budget.CutOff;
        return paths;
    }

    private void Search<TMask>(ReadOnlySpan<int> starts, TMask mask, int stopAt, ref SearchBudget budget) where TMask : struct, IMask
    {
        var queue = new DialQueue(_graph.MaxCost);
        foreach (var vertex in starts)
            if (mask.AdmitsVertex(vertex) && Improve(vertex, 0, NoArc)) queue.Push(vertex, 0);

        for (var cost = 0; queue.Pending > 0; cost++, queue.Advance())
        {
            while (queue.TryPop(out var vertex))
            {
                if (_cost[vertex] != cost) continue;    // found cheaper after it was pushed
                _settledUpTo = cost;
                if (vertex == stopAt || !budget.FitsCost(cost) || !budget.Spend(_arcs.Degree(vertex))) return;
                Relax(vertex, cost, mask, queue);
            }
        }
    }

    private void Relax<TMask>(int vertex, int cost, TMask mask, DialQueue queue) where TMask : struct, IMask
    {
        var (other, price, known, end) = (_arcs.Other, _arcs.Cost, _cost, _arcs.Start[vertex + 1]);
        for (var slot = _arcs.Start[vertex]; slot < end; slot++)
        {
            var next = other[slot];
            if (cost + price[slot] >= known[next] || !mask.Admits(_arcs.Edge[slot], next)) continue;
            Improve(next, cost + price[slot], slot);
            queue.Push(next, price[slot]);
        }
    }

    private bool Improve(int vertex, int cost, int slot)
    {
        if (_cost[vertex] <= cost) return false;
        if (_cost[vertex] == int.MaxValue) _touched[_touchedCount++] = vertex;
        (_cost[vertex], _arc[vertex]) = (cost, slot);
        return true;
    }
}
