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
    private readonly EdgeMask? _mask;
    private readonly DialQueue _queue;
    private SearchBudget _budget;
    private BitSet _settled;            // or as good as settled: nothing cheaper can be found
    private int[] _cost;
    private int[] _arc;
    private int[] _touched;
    private int _touchedCount;
    private int _level;                 // cost of what is settled next
    private int _settledUpTo = -1;      // costs up to here are final

    private CheapestPaths(ReachGraph graph, Direction direction, ReadOnlySpan<int> starts, EdgeMask? mask,
        SearchBounds bounds, CancellationToken stop)
    {
        if (bounds.MaxHops != int.MaxValue) throw new ArgumentException("hops cannot be bounded here", nameof(bounds));
        (_graph, _arcs, _mask, _queue, _budget) = (graph, graph.ArcsOf(direction), mask, graph.Scratch.RentQueue(graph.MaxCost), new(bounds, stop));
        (_settled, _cost, _arc, _touched) =
            (graph.Scratch.RentSet(), graph.Scratch.RentCosts(), graph.Scratch.RentDirty(), graph.Scratch.RentDirty());
        foreach (var vertex in starts)
            if (mask?.IsVertexDisabled(vertex) != true && Improve(vertex, 0, NoArc)) _queue.Push(vertex, 0);
    }

    public CutOff CutOff => _budget.CutOff;

    public bool IsComplete => CutOff == CutOff.None;

    public static CheapestPaths Forward(
        ReachGraph graph, ReadOnlySpan<int> from, EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default) =>
        new CheapestPaths(graph, Direction.Forward, from, mask, bounds ?? SearchBounds.None, stop).Run();

    public static CheapestPaths Backward(
        ReachGraph graph, ReadOnlySpan<int> to, EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default) =>
        BackwardInSteps(graph, to, mask, bounds ?? SearchBounds.None, stop).Run();

    /// <summary>A search that goes no further than it is told to (<see cref="Know"/>).</summary>
    internal static CheapestPaths BackwardInSteps(ReachGraph graph, ReadOnlySpan<int> to, EdgeMask? mask, SearchBounds bounds,
        CancellationToken stop) =>
        new(graph, Direction.Backward, to, mask, bounds, stop);

    public bool Contains(int vertex) => _cost[vertex] <= _settledUpTo;

    public int? CostTo(int vertex) => Contains(vertex) ? _cost[vertex] : null;

    /// <summary>A cheapest path in the direction of the edges; null when not reached.</summary>
    public EdgePath? PathTo(int vertex) => Contains(vertex) ? Reach.PathOf(_arcs, _arc, vertex) : null;

    /// <summary>The edge over which a vertex is reached most cheaply, -1 for a start. Only of reached ones.</summary>
    internal int EdgeInto(int vertex) => _arc[vertex] == NoArc ? NoArc : _arcs.Edge[_arc[vertex]];

    /// <summary>Cost by vertex; those above <see cref="KnownUpTo"/> say nothing.</summary>
    internal int[] Costs => _cost;

    /// <summary>Costs up to here are right; less than <see cref="int.MaxValue"/>, which is that of vertices not reached.</summary>
    internal int KnownUpTo { get; private set; } = -1;

    /// <summary>There is nothing further to be known.</summary>
    internal bool IsExhausted => _queue.Pending == 0;

    /// <summary>
    /// Goes on until all costs up to this one are known: where every edge costs something, those before it have to be settled for that.
    /// </summary>
    internal void Know(int upTo)
    {
        var end = Math.Min(upTo, int.MaxValue - 1);
        if (_mask is null) Search(default(Unmasked), end - Math.Min((int)_graph.MinCost, 1));
        else Search(new Masked(_mask), end - Math.Min((int)_graph.MinCost, 1));
        KnownUpTo = IsExhausted ? int.MaxValue - 1 : end;
    }

    public void Dispose()
    {
        if (_cost.Length == 0) return;
        _graph.Scratch.ReturnCosts(_cost, _touched.AsSpan(0, _touchedCount));
        _graph.Scratch.ReturnSet(_settled, _touched.AsSpan(0, _touchedCount));
        _graph.Scratch.ReturnQueue(_queue);
        _graph.Scratch.ReturnDirty(_arc);
        _graph.Scratch.ReturnDirty(_touched);
        (_cost, _arc, _touched, _touchedCount) = ([], [], [], 0);
    }

    private CheapestPaths Run()
    {
        Know(int.MaxValue);
        return this;
    }

    private void Search<TMask>(TMask mask, int lastLevel) where TMask : struct, IMask
    {
        for (; _level <= lastLevel && !IsExhausted; _level++, _queue.Advance())
        {
            // before any of them looks at the others; those found cheaper since are settled already
            foreach (var vertex in _queue.Current) _settled.Add(vertex);
            while (_queue.TryPop(out var vertex))
            {
                if (_cost[vertex] != _level) continue;    // found cheaper after it was pushed
                _settledUpTo = _level;
                _settled.Add(vertex);
                if (!_budget.FitsCost(_level) || !_budget.Spend(_arcs.Degree(vertex))) return;
                Relax(vertex, mask);
            }
        }
    }

    private void Relax<TMask>(int vertex, TMask mask) where TMask : struct, IMask
    {
        var (other, price, known, settled, cost, end) = (_arcs.Other, _arcs.Cost, _cost, _settled, _level, _arcs.Start[vertex + 1]);
        for (var slot = _arcs.Start[vertex]; slot < end; slot++)
        {
            var next = other[slot];
            if (settled.Contains(next) || cost + price[slot] >= known[next] || !mask.Admits(_arcs.Edge[slot], next)) continue;
            Improve(next, cost + price[slot], slot);
            _queue.Push(next, price[slot]);
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
