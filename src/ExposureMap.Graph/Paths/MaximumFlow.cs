using System.Runtime.InteropServices;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Maximum flow from many sources to many sinks. Y. Dinitz, Algorithm for solution of a problem of maximum flow in networks with power
/// estimation (1970). Levels are counted backward from the sinks and end at the first level that holds a source, so the walk forward
/// meets no dead ends but saturated ones. Flow is kept only for arcs that carry any: it is little beside the graph.
/// </summary>
internal sealed class MaximumFlow<TNetwork>(TNetwork network, int[] sources, int[] sinks, SearchBounds bounds, CancellationToken stop)
    where TNetwork : struct, IFlowNetwork
{
    private readonly BitSet _isSource = BitSet.Of(network.StateCount, sources);
    private readonly BitSet _seen = new(network.StateCount);
    private readonly BitSet _carries = new(network.ArcCount);
    private readonly BitSet _touched = new(network.StateCount);         // states at an arc that carries flow
    private readonly Dictionary<int, FlowArc> _flow = [];
    private readonly int[] _level = GC.AllocateUninitializedArray<int>(network.StateCount);
    private readonly int[] _next = GC.AllocateUninitializedArray<int>(network.StateCount);
    private readonly List<int> _queue = [];
    private readonly List<Step> _path = [];
    private SearchBudget _budget = new(bounds, stop);

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

    /// <summary>Adds all that the states reach over arcs with capacity left, and lists what was new.</summary>
    public List<int> Close(ReadOnlySpan<int> from, BitSet into)
    {
        var added = new List<int>();
        foreach (var state in from) if (into.Add(state)) added.Add(state);
        for (var head = 0; head < added.Count && _budget.Spend(network.OutCount(added[head])); head++)
        {
            var state = added[head];
            var isTouched = _touched.Contains(state);
            for (var (index, count) = (0, Choices(state)); index < count; index++)
            {
                if (!isTouched && into.Contains(network.Out(state, index).Next)) continue;      // most: nothing flows there that could be taken back
                if (TryStep(state, index, out var step) && into.Add(step.To)) added.Add(step.To);
            }
        }

        return added;
    }

    /// <summary>
    /// For each of at most 64 states, which others of them it reaches over arcs with capacity left, leaving out what is known to be closed:
    /// all at once, one bit each. M. Then et al., The more the merrier: efficient multi-source graph traversal, PVLDB 8 (2014).
    /// </summary>
    public ulong[] Closures(ReadOnlySpan<int> states, BitSet closed)
    {
        var reachedBy = new ulong[network.StateCount];
        var queue = new Queue<int>();
        var queued = new BitSet(network.StateCount);
        for (var bit = 0; bit < states.Length; bit++)
        {
            reachedBy[states[bit]] = 1UL << bit;
            queued.Add(states[bit]);
            queue.Enqueue(states[bit]);
        }

        while (queue.TryDequeue(out var state) && _budget.Spend(network.OutCount(state)))
        {
            queued.Remove(state);
            for (var (index, count) = (0, Choices(state)); index < count; index++)
            {
                if (!TryStep(state, index, out var step) || closed.Contains(step.To)) continue;
                var with = reachedBy[step.To] | reachedBy[state];
                if (with == reachedBy[step.To]) continue;
                reachedBy[step.To] = with;
                if (queued.Add(step.To)) queue.Enqueue(step.To);
            }
        }

        var closures = new ulong[states.Length];
        for (var other = 0; other < states.Length; other++)
            for (var bit = 0; bit < states.Length; bit++) closures[bit] |= (reachedBy[states[other]] >> bit & 1) << other;
        return closures;
    }

    /// <summary>The level of the nearest sources, 0 when no sink can be reached any more.</summary>
    private int Level()
    {
        _seen.Clear(CollectionsMarshal.AsSpan(_queue));
        _queue.Clear();
        foreach (var sink in sinks) Discover(sink, 0);
        var top = int.MaxValue;
        for (var head = 0; head < _queue.Count && _level[_queue[head]] < top; head++)
        {
            var state = _queue[head];
            if (!_budget.Spend(network.InCount(state))) return 0;
            var level = _level[state] + 1;
            for (var (index, count) = (0, network.InCount(state)); index < count; index++)
            {
                var (before, arc) = network.In(state, index);
                if (!_seen.Contains(before) && Left(arc) > 0 && Discover(before, level)) top = level;
            }

            if (!_touched.Contains(state)) continue;
            for (var (index, count) = (0, network.OutCount(state)); index < count; index++)
            {
                var (after, arc) = network.Out(state, index);
                if (_carries.Contains(arc) && !_seen.Contains(after) && Discover(after, level)) top = level;
            }
        }

        return top == int.MaxValue ? 0 : top;
    }

    /// <summary>True when a source was met.</summary>
    private bool Discover(int state, int level)
    {
        if (!_seen.Add(state)) return false;
        (_level[state], _next[state]) = (level, 0);
        _queue.Add(state);
        return _isSource.Contains(state);
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

    private int Choices(int state) => network.OutCount(state) + (_touched.Contains(state) ? network.InCount(state) : 0);

    /// <summary>The arcs of a state in the residual network: its own with capacity left, then those into it whose flow can be taken back.</summary>
    private bool TryStep(int state, int index, out Step step)
    {
        var own = network.OutCount(state);
        var (other, arc) = index < own ? network.Out(state, index) : network.In(state, index - own);
        step = new(state, other, arc, index >= own);
        return step.Back ? _carries.Contains(arc) : Left(arc) > 0;
    }

    private long Left(int arc)
    {
        var capacity = network.Capacity(arc);
        return capacity == IFlowNetwork.Unlimited || !_carries.Contains(arc) ? capacity : capacity - _flow[arc].Flow;
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
