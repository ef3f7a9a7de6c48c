using System.Collections.Immutable;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Everything reachable from a set of vertices (or that reaches it), with the fewest hops and one path to each: breadth-first search
/// from all starts at once. Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 20.2.
/// Disposing returns the work arrays; forgetting to costs only their reuse.
/// </summary>
public sealed class Reach : IDisposable
{
    private const int NoArc = -1;

    private readonly ReachGraph _graph;
    private readonly Arcs _arcs;
    private readonly List<int> _levels = [0];   // where each hop count begins in _order
    private BitSet? _seen;
    private int[] _arc;                         // slot over which a vertex was first seen; valid where seen
    private int[] _order;
    private BitSet? _wanted;
    private int _wantedLeft = int.MaxValue;
    private int _starts;
    private int _expanded;

    private Reach(ReachGraph graph, Direction direction)
    {
        (_graph, _arcs) = (graph, graph.ArcsOf(direction));
        (_seen, _arc, _order) = (graph.Scratch.RentSet(), graph.Scratch.RentDirty(), graph.Scratch.RentDirty());
    }

    public CutOff CutOff { get; private set; }

    public bool IsComplete => CutOff == CutOff.None;

    /// <summary>Vertices reached, the starts included.</summary>
    public int Count { get; private set; }

    /// <summary>Reached vertices by number of hops, the starts first.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, Count);

    /// <summary>Reached vertices whose arcs were not looked at: where a search that was cut off could go on.</summary>
    public ReadOnlySpan<int> Frontier => _order.AsSpan(_expanded, Count - _expanded);

    /// <summary>The greatest number of hops, plus one for the starts.</summary>
    public int LevelCount => _levels.Count;

    /// <summary>The vertices exactly this many hops away.</summary>
    public ReadOnlySpan<int> Level(int hops) => _order.AsSpan(_levels[hops]..(hops + 1 < _levels.Count ? _levels[hops + 1] : Count));

    public static Reach Forward(
        ReachGraph graph, ReadOnlySpan<int> from, EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default) =>
        Run(graph, Direction.Forward, from, mask, bounds ?? SearchBounds.None, stop);

    public static Reach Backward(
        ReachGraph graph, ReadOnlySpan<int> to, EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default) =>
        Run(graph, Direction.Backward, to, mask, bounds ?? SearchBounds.None, stop);

    /// <summary>Ends with the level that holds the last of so many wanted ones.</summary>
    internal static Reach Until(ReachGraph graph, int from, BitSet wanted, int count, EdgeMask? mask, SearchBounds bounds, CancellationToken stop) =>
        Run(graph, Direction.Forward, [from], mask, bounds, stop, wanted, count);

    public bool Contains(int vertex) => _seen!.Contains(vertex);

    public int? HopsTo(int vertex)
    {
        if (!Contains(vertex)) return null;
        var hops = 0;
        for (; _arc[vertex] != NoArc; hops++) vertex = _arcs.Owner(_arc[vertex]);
        return hops;
    }

    /// <summary>One path with the fewest hops, always in the direction of the edges; null when not reached.</summary>
    public EdgePath? PathTo(int vertex) => Contains(vertex) ? PathOf(_arcs, _arc, vertex) : null;

    /// <summary>The edge over which a vertex was first reached, -1 for a start. Only of reached ones.</summary>
    internal int EdgeInto(int vertex) => _arc[vertex] == NoArc ? NoArc : _arcs.Edge[_arc[vertex]];

    public void Dispose()
    {
        if (_seen is null) return;
        _graph.Scratch.ReturnSet(_seen, Order);
        _graph.Scratch.ReturnDirty(_arc);
        _graph.Scratch.ReturnDirty(_order);
        (_seen, _arc, _order, Count, _expanded) = (null, [], [], 0, 0);
    }

    /// <summary>Walks first-seen arcs back to a start. The path's cost is the sum over its edges.</summary>
    internal static EdgePath PathOf(Arcs arcs, int[] arc, int vertex)
    {
        var hops = ImmutableArray.CreateBuilder<ReachEdge>();
        var (end, cost) = (vertex, 0);
        for (var slot = arc[vertex]; slot != NoArc; slot = arc[vertex])
        {
            var hop = arcs.EdgeAt(slot);
            hops.Add(hop);
            cost += arcs.Cost[slot];
            vertex = arcs.Direction == Direction.Forward ? hop.Source : hop.Target;
        }

        if (arcs.Direction == Direction.Backward) return new(end, vertex, hops.DrainToImmutable(), cost);
        hops.Reverse();
        return new(vertex, end, hops.DrainToImmutable(), cost);
    }

    private static Reach Run(ReachGraph graph, Direction direction, ReadOnlySpan<int> starts, EdgeMask? mask,
        SearchBounds bounds, CancellationToken stop,
        BitSet? wanted = null, int count = int.MaxValue)
    {
        var reach = new Reach(graph, direction) { _wanted = wanted, _wantedLeft = count };
        reach.CutOff = mask is null
            ? reach.Search(starts, default(Unmasked), bounds, stop)
            : reach.Search(starts, new Masked(mask), bounds, stop);
        return reach;
    }

    private CutOff Search<TMask>(ReadOnlySpan<int> starts, TMask mask, SearchBounds bounds, CancellationToken stop) where TMask : struct, IMask
    {
        foreach (var vertex in starts) if (mask.AdmitsVertex(vertex)) Visit(vertex, NoArc);
        _starts = Count;

        var budget = new SearchBudget(bounds, stop);
        for (var hops = 0; _expanded < Count; hops++)
        {
            if (hops == bounds.MaxHops) return LeadsOn(mask) ? CutOff.Hops : CutOff.None;
            if (HasAllWanted()) return CutOff.None;
            var levelEnd = Count;
            for (; _expanded < levelEnd; _expanded++)
            {
                var vertex = _order[_expanded];
                if (!budget.Spend(_arcs.Degree(vertex))) return budget.CutOff;
                if (!Expand(vertex, mask, bounds.MaxResults)) return CutOff.Results;
            }

            if (Count > levelEnd) _levels.Add(levelEnd);
        }

        return CutOff.None;
    }

    private bool HasAllWanted()
    {
        for (var index = _expanded; _wanted is not null && index < Count; index++) if (_wanted.Contains(_order[index])) _wantedLeft--;
        return _wantedLeft <= 0;
    }

    private bool Expand<TMask>(int vertex, TMask mask, int maxResults) where TMask : struct, IMask
    {
        var (seen, other, end) = (_seen!, _arcs.Other, _arcs.Start[vertex + 1]);
        for (var slot = _arcs.Start[vertex]; slot < end; slot++)
        {
            var next = other[slot];
            if (seen.Contains(next) || !mask.Admits(_arcs.Edge[slot], next)) continue;
            if (Count - _starts >= maxResults) return false;
            Visit(next, slot);
        }

        return true;
    }

    private void Visit(int vertex, int slot)
    {
        if (!_seen!.Add(vertex)) return;
        _arc[vertex] = slot;
        _order[Count++] = vertex;
    }

    /// <summary>Whether one more hop would have reached anything new: a search that had nothing more to find is complete.</summary>
    private bool LeadsOn<TMask>(TMask mask) where TMask : struct, IMask
    {
        foreach (var vertex in Frontier)
        {
            for (var slot = _arcs.Start[vertex]; slot < _arcs.Start[vertex + 1]; slot++)
                if (!_seen!.Contains(_arcs.Other[slot]) && mask.Admits(_arcs.Edge[slot], _arcs.Other[slot])) return true;
        }

        return false;
    }
}
