using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Maximum flow from many sources to many sinks. Y. Dinitz, Algorithm for solution of a problem of maximum flow in networks with power
/// estimation (1970). Levels are counted backward from the sinks and end at the first level that holds a source, so the walk forward
/// meets no dead ends but saturated ones. Flow is kept only for arcs that carry any: it is little beside the graph.
/// </summary>
internal sealed partial class MaximumFlow<TNetwork>(TNetwork network, int[] sources, int[] sinks, SearchBounds bounds, CancellationToken stop)
    : IDisposable
    where TNetwork : struct, IFlowNetwork
{
    private readonly BitSet _isSource = BitSet.Of(network.StateCount, sources);
    private readonly BitSet _seen = network.Scratch.RentSet();
    private readonly BitSet _carries = new(network.ArcCount);
    private readonly BitSet _touched = new(network.StateCount);         // states at an arc that carries flow
    private readonly Dictionary<int, FlowArc> _flow = [];
    private readonly int[] _level = network.Scratch.RentDirty();
    private readonly int[] _next = network.Scratch.RentDirty();
    private readonly int[] _queue = network.Scratch.RentDirty();
    private readonly List<Step> _path = [];
    private SearchBudget _budget = new(bounds, stop);
    private int _count;                                                 // of states in the queue
    private long _onward, _missing;                                     // arcs into what was not expanded, arcs out of what was not found
    private bool _isMet;                                                // a source was found

    private readonly record struct Step(int From, int To, int Arc, bool Back);

    public CutOff CutOff => _budget.CutOff;

    public long Value { get; private set; }

    /// <summary>A path without any arc that may be cut joins the sets.</summary>
    public bool IsUnlimited { get; private set; }

    public IEnumerable<FlowArc> Arcs => _flow.Values;

    /// <summary>Runs to the end, or until the flow is seen to be unlimited or the budget is spent.</summary>
    public void Run()
    {
        foreach (var sink in sinks) IsUnlimited |= _isSource.Contains(sink);
        while (!IsUnlimited && Level() is var top and > 0)
        {
            foreach (var source in sources)
            {
                if (!_seen.Contains(source) || _level[source] != top) continue;
                while (!IsUnlimited && _budget.CutOff == CutOff.None && Augment(source)) { }
            }
        }
    }

    /// <summary>After the last run: whether a state can still reach a sink. What lies across this border is the cut nearest to the sinks.</summary>
    public bool ReachesSink(int state) => _seen.Contains(state);

    /// <summary>The arcs with flow that leave a set of states, ascending.</summary>
    public ImmutableArray<int> Border(Func<int, bool> isInside) =>
        [.. Arcs.Where(arc => isInside(arc.From) && !isInside(arc.To)).Select(arc => arc.Arc).Order()];

    /// <summary>Gives the work arrays back.</summary>
    public void Dispose()
    {
        network.Scratch.ReturnSet(_seen, _queue.AsSpan(0, _count));
        foreach (var array in (int[][])[_level, _next, _queue]) network.Scratch.ReturnDirty(array);
    }

    /// <summary>
    /// The level of the nearest sources, 0 when no sink can be reached any more. Where most of the network is near, what is missing looks for
    /// the level before, as in <see cref="Close"/>.
    /// </summary>
    private int Level()
    {
        _seen.Clear(_queue.AsSpan(0, _count));
        (_count, _onward, _missing, _isMet) = (0, 0, network.ArcCount, false);
        foreach (var sink in sinks) Discover(sink, 0);
        for (var (level, expanded) = (1, 0); expanded < _count && _budget.Spend(Math.Min(_onward, _missing)); level++)
        {
            var (end, isLate) = (_count, IsLate(_onward, _missing));
            _onward = 0;
            for (; !isLate && expanded < end; expanded++) ExpandBack(_queue[expanded], level);
            for (var state = isLate ? _seen.NextMissing(0) : network.StateCount; state < network.StateCount; state = _seen.NextMissing(state + 1))
                if (LeadsTo(state, level)) Discover(state, level);
            if (_isMet) return level;
            expanded = end;
        }

        return 0;
    }

    private void ExpandBack(int state, int level)
    {
        var isTouched = _touched.Contains(state);
        for (var (index, count) = (0, network.InCount(state)); index < count; index++)
        {
            var (before, arc) = network.In(state, index);
            if (!_seen.Contains(before) && HasLeft(arc, isTouched)) Discover(before, level);
        }

        for (var (index, count) = (0, isTouched ? network.OutCount(state) : 0); index < count; index++)
        {
            var (after, arc) = network.Out(state, index);
            if (!_seen.Contains(after) && _carries.Contains(arc)) Discover(after, level);
        }
    }

    /// <summary>Whether one step leads from the state to a level before this one.</summary>
    private bool LeadsTo(int state, int level)
    {
        for (var (index, count) = (0, Choices(state)); index < count; index++)
        {
            var after = index < network.OutCount(state) ? network.Out(state, index).Next : network.In(state, index - network.OutCount(state)).Before;
            if (_seen.Contains(after) && _level[after] < level && TryStep(state, index, out _)) return true;
        }

        return false;
    }

    private void Discover(int state, int level)
    {
        _seen.Add(state);
        (_level[state], _next[state]) = (level, 0);
        _queue[_count++] = state;
        _onward += network.InCount(state);
        _missing -= network.OutCount(state);
        _isMet |= _isSource.Contains(state);
    }

    /// <summary>One more path down the levels, with all the flow it can take.</summary>
    private bool Augment(int source)
    {
        _path.Clear();
        var state = source;
        while (_level[state] > 0)
        {
            if (TryDescend(state, out var step))
            {
                _path.Add(step);
                state = step.To;
            }
            else if (_path.Count == 0) return false;
            else
            {
                state = _path[^1].From;
                _path.RemoveAt(_path.Count - 1);
                _next[state]++;
            }
        }

        Send();
        return true;
    }

    private bool TryDescend(int state, out Step step)
    {
        ref var index = ref _next[state];
        for (var count = Choices(state); index < count; index++)
            if (TryStep(state, index, out step) && _seen.Contains(step.To) && _level[step.To] == _level[state] - 1) return true;
        step = default;
        return false;
    }

    private void Send()
    {
        long least = IFlowNetwork.Unlimited;
        foreach (var step in _path) least = Math.Min(least, step.Back ? _flow[step.Arc].Flow : Left(step.Arc));
        IsUnlimited = least == IFlowNetwork.Unlimited;
        if (IsUnlimited) return;

        Value += least;
        foreach (var step in _path) Change(step, step.Back ? -least : least);
    }

    private void Change(Step step, long by)
    {
        var (from, to) = step.Back ? (step.To, step.From) : (step.From, step.To);
        ref var arc = ref CollectionsMarshal.GetValueRefOrAddDefault(_flow, step.Arc, out _);
        arc = new(from, to, step.Arc, arc.Flow + by);
        _touched.Add(from);
        _touched.Add(to);
        if (arc.Flow > 0) _carries.Add(step.Arc);
        else
        {
            _carries.Remove(step.Arc);
            _flow.Remove(step.Arc);
        }
    }
}

internal readonly record struct FlowArc(int From, int To, int Arc, long Flow);
