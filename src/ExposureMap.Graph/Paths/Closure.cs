namespace ExposureMap.Graph.Paths;

/// <summary>
/// The set of all that one vertex reaches (or that reaches it), without hops and paths. While little is found its arcs are followed; once more
/// arcs leave what is new than enter what is missing, the missing ones look back instead, and stop at the first arc from a found one.
/// S. Beamer, K. Asanović, D. Patterson, Direction-optimizing breadth-first search (2012); a set needs no levels, so what looks back takes any found
/// vertex.
/// </summary>
internal sealed class Closure(ReachGraph graph, Direction direction)
{
    private const int LookBack = 8;     // looking back mostly ends long before the last arc: it may have this many times more before it

    private readonly Arcs _onward = graph.ArcsOf(direction);
    private readonly Arcs _back = graph.ArcsOf(direction == Direction.Forward ? Direction.Backward : Direction.Forward);
    private readonly int[] _found = graph.Scratch.RentDirty();
    private readonly BitSet _seen = graph.Scratch.RentSet();
    private int _count;
    private int _expanded;
    private long _onwardArcs;               // those of what was found and not expanded
    private long _missingArcs = graph.EdgeCount;    // those that enter what was not found

    /// <summary>False when the budget ended first.</summary>
    public bool TryFind(int root, ref SearchBudget budget)
    {
        Find(root);
        while (_expanded < _count && _missingArcs > 0)
        {
            if (!budget.Spend(Math.Min(_onwardArcs, _missingArcs))) return false;
            var end = _count;
            var lookBack = _onwardArcs * LookBack > _missingArcs + graph.VertexCount / 64;
            _onwardArcs = 0;
            if (lookBack) FindBehindMissing();
            else for (; _expanded < end; _expanded++) Expand(_found[_expanded]);
            _expanded = end;
        }

        return true;
    }

    public bool Contains(int vertex) => _seen.Contains(vertex);

    /// <summary>Gives the work arrays back.</summary>
    public void Return()
    {
        graph.Scratch.ReturnSet(_seen, _found.AsSpan(0, _count));
        graph.Scratch.ReturnDirty(_found);
    }

    private void Expand(int vertex)
    {
        var (seen, other, end) = (_seen, _onward.Other, _onward.Start[vertex + 1]);
        for (var slot = _onward.Start[vertex]; slot < end; slot++)
            if (!seen.Contains(other[slot])) Find(other[slot]);
    }

    private void FindBehindMissing()
    {
        for (var vertex = _seen.NextMissing(0); vertex < graph.VertexCount; vertex = _seen.NextMissing(vertex + 1))
        {
            var (seen, other, end) = (_seen, _back.Other, _back.Start[vertex + 1]);
            for (var slot = _back.Start[vertex]; slot < end; slot++)
            {
                if (!seen.Contains(other[slot])) continue;
                Find(vertex);
                break;
            }
        }
    }

    private void Find(int vertex)
    {
        _seen.Add(vertex);
        _found[_count++] = vertex;
        _onwardArcs += _onward.Degree(vertex);
        _missingArcs -= _back.Degree(vertex);
    }
}
