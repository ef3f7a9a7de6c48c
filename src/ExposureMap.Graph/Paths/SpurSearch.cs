namespace ExposureMap.Graph.Paths;

/// <summary>
/// The cheapest path of one class: A* from the end of the prefix. P. E. Hart, N. J. Nilsson, B. Raphael, A formal basis for the heuristic
/// determination of minimum cost paths (1968). The costs to the targets are exact without prefix and bars, so nearly every label
/// taken lies on the answer; among equals the label closer to a target comes first. Of paths that cost more than is known it finds none.
/// When all costs are known, a bound on hops is kept in sight from the targets as well: where it leaves too few paths, all else would be searched in
/// vain. With a bound on hops a vertex keeps a dearer label that has fewer hops (Pareto labels), so the bound loses no path.
/// </summary>
internal sealed class SpurSearch(ReachGraph graph, CheapestPaths toTargets, int[] to, EdgeMask? mask, SearchBounds bounds, CancellationToken stop)
    : IDisposable
{
    private const int NoLabel = -1;
    private const int Unreachable = int.MaxValue;

    private readonly Arcs _arcs = graph.Outward;
    private readonly int[] _costs = toTargets.Costs;
    private readonly int _knownUpTo = toTargets.KnownUpTo;
    private readonly BitSet _targets = BitSet.Of(graph.VertexCount, to);
    private readonly int[]? _hopsLeft = bounds.MaxHops < int.MaxValue && toTargets.IsExhausted
        ? HopsToTargets(graph, to, mask, bounds.MaxHops, stop)
        : null;
    private readonly bool _hopsBounded = bounds.MaxHops < int.MaxValue;
    private readonly int[] _bestCost = graph.Scratch.RentCosts();
    private readonly int[] _bestHops = graph.Scratch.RentCosts();
    private readonly BitSet _onPrefix = graph.Scratch.RentSet();
    private readonly List<int> _prefix = [];
    private readonly List<int> _touched = [];
    private readonly List<Label> _labels = [];
    private readonly PriorityQueue<int, (ulong Key, int Age)> _open = new();       // by age among equals: what else is known changes nothing
    private SearchBudget _budget = new(bounds, stop);
    private bool _hopsReached;

    private readonly record struct Label(int Vertex, int Slot, int Previous, int Cost, int Hops);

    /// <summary>Hops when nothing worse happened, but a path may exist beyond that bound.</summary>
    public CutOff CutOff => _budget.CutOff == CutOff.None && _hopsReached ? CutOff.Hops : _budget.CutOff;

    /// <summary>The cost that no path of the class undercuts, or null when the class is seen to be empty.</summary>
    public int? LowerBound(PathClass members)
    {
        var (vertex, cost) = EnterPrefix(members);
        var best = MayStop(members, vertex) ? 0 : Unreachable;
        if (members.Prefix == bounds.MaxHops) _hopsReached = true;
        else
        {
            _budget.Spend(_arcs.Degree(vertex));
            for (var slot = _arcs.Start[vertex]; slot < _arcs.Start[vertex + 1]; slot++)
                if (MayFollow(slot) && !members.Barred.Contains(slot) && IsNear(_arcs.Other[slot], members.Prefix + 1))
                    best = Math.Min(best, _arcs.Cost[slot] + _costs[_arcs.Other[slot]]);
        }

        LeavePrefix();
        return best == Unreachable || cost + best > _knownUpTo ? null : cost + best;
    }

    /// <summary>The cheapest path of the class as slots, or null when there is none or the budget ended.</summary>
    public (int[] Slots, int Cost)? Best(PathClass members)
    {
        var (spur, cost) = EnterPrefix(members);
        Push(new(spur, NoLabel, NoLabel, cost, members.Prefix));
        (int[], int)? best = null;
        while (best is null && _open.TryDequeue(out var index, out _))
        {
            var label = _labels[index];
            if (label.Previous == NoLabel ? MayStop(members, spur) : _targets.Contains(label.Vertex)) best = (SlotsOf(members, index), label.Cost);
            else if (label.Hops == bounds.MaxHops) _hopsReached = true;
            else if (IsCurrent(label) && !Expand(index, members)) break;
        }

        Reset();
        return best;
    }

    public void Dispose()
    {
        graph.Scratch.ReturnCosts(_bestCost, []);
        graph.Scratch.ReturnCosts(_bestHops, []);
        graph.Scratch.ReturnSet(_onPrefix, []);
        if (_hopsLeft is null) return;
        _hopsLeft.AsSpan().Fill(int.MaxValue);
        graph.Scratch.ReturnCosts(_hopsLeft, []);
    }

    private static int[] HopsToTargets(ReachGraph graph, int[] to, EdgeMask? mask, int maxHops, CancellationToken stop)
    {
        using var reach = Reach.Backward(graph, to, mask, new() { MaxHops = maxHops }, stop);
        var hops = graph.Scratch.RentCosts();
        for (var level = 0; level < reach.LevelCount; level++)
            foreach (var vertex in reach.Level(level)) hops[vertex] = level;
        return hops;
    }

    /// <summary>Whether a target can be reached from there within the bound on hops, as far as that is known.</summary>
    private bool IsNear(int vertex, int hops)
    {
        if (_hopsLeft is null || _hopsLeft[vertex] <= bounds.MaxHops - hops) return true;
        _hopsReached = true;
        return false;
    }

    private bool MayStop(PathClass members, int vertex) => !members.StopBarred && _targets.Contains(vertex);

    private bool MayFollow(int slot)
    {
        var next = _arcs.Other[slot];
        return _costs[next] <= _knownUpTo && !_onPrefix.Contains(next) && mask?.Admits(_arcs.Edge[slot], next) != false;
    }

    private bool Expand(int index, PathClass members)
    {
        var label = _labels[index];
        if (!_budget.Spend(_arcs.Degree(label.Vertex))) return false;
        for (var slot = _arcs.Start[label.Vertex]; slot < _arcs.Start[label.Vertex + 1]; slot++)
        {
            if (!MayFollow(slot) || (label.Previous == NoLabel && members.Barred.Contains(slot))) continue;
            Push(new(_arcs.Other[slot], slot, index, label.Cost + _arcs.Cost[slot], label.Hops + 1));
        }

        return true;
    }

    private void Push(Label label)
    {
        var ahead = _costs[label.Vertex] <= _knownUpTo ? _costs[label.Vertex] : 0;
        if (label.Cost + ahead > _knownUpTo || !IsNear(label.Vertex, label.Hops)) return;
        var (cost, hops) = (_bestCost[label.Vertex], _hopsBounded ? _bestHops[label.Vertex] : 0);
        if (cost <= label.Cost && hops <= label.Hops) return;
        if (cost == int.MaxValue) _touched.Add(label.Vertex);
        (_bestCost[label.Vertex], _bestHops[label.Vertex]) = (label.Cost, label.Hops);
        var key = (ulong)(uint)(label.Cost + ahead) << 32 | (ulong)Math.Min(ahead, ushort.MaxValue) << 16
            | (uint)Math.Min(label.Hops, ushort.MaxValue);
        _open.Enqueue(_labels.Count, (key, _labels.Count));
        _labels.Add(label);
    }

    private bool IsCurrent(Label label) => _hopsBounded
        ? !(_bestCost[label.Vertex] <= label.Cost && _bestHops[label.Vertex] < label.Hops)
        : _bestCost[label.Vertex] == label.Cost;

    private int[] SlotsOf(PathClass members, int index)
    {
        var tail = new Stack<int>();
        for (; _labels[index].Previous != NoLabel; index = _labels[index].Previous) tail.Push(_labels[index].Slot);
        return [.. members.Slots.AsSpan(0, members.Prefix), .. tail];
    }

    private (int Spur, int Cost) EnterPrefix(PathClass members)
    {
        var (vertex, cost) = (members.Source, 0);
        Bar(vertex);
        foreach (var slot in members.Slots.AsSpan(0, members.Prefix))
        {
            cost += _arcs.Cost[slot];
            Bar(vertex = _arcs.Other[slot]);
        }

        return (vertex, cost);
    }

    private void Bar(int vertex)
    {
        _onPrefix.Add(vertex);
        _prefix.Add(vertex);
    }

    private void LeavePrefix()
    {
        foreach (var vertex in _prefix) _onPrefix.Remove(vertex);
        _prefix.Clear();
    }

    private void Reset()
    {
        LeavePrefix();
        foreach (var vertex in _touched) _bestCost[vertex] = _bestHops[vertex] = int.MaxValue;
        _touched.Clear();
        _labels.Clear();
        _open.Clear();
    }
}
