namespace ExposureMap.Graph.Paths;

/// <summary>What is reached over the capacity that the flow left.</summary>
internal sealed partial class MaximumFlow<TNetwork>
{
    private const int LookBack = 8;     // as of Closure

    /// <summary>
    /// All that the states reach over arcs with capacity left. Once more arcs leave what is new than enter what is missing, the missing ones look
    /// back: S. Beamer, K. Asanović, D. Patterson, Direction-optimizing breadth-first search (2012); see <see cref="Closure"/>.
    /// </summary>
    public void Close(ReadOnlySpan<int> from, BitSet into)
    {
        var order = network.Scratch.RentDirty();
        var (count, expanded, onward, missing) = (0, 0, 0L, (long)network.ArcCount);
        foreach (var state in from) Find(state);
        while (expanded < count && _budget.Spend(Math.Min(onward, missing)))
        {
            var (end, isLate) = (count, IsLate(onward, missing));
            onward = 0;
            for (; !isLate && expanded < end; expanded++) Expand(order[expanded]);
            for (var state = isLate ? into.NextMissing(0) : network.StateCount; state < network.StateCount; state = into.NextMissing(state + 1))
                if (IsReachedFrom(into, state)) Find(state);
            expanded = end;
        }

        network.Scratch.ReturnDirty(order);

        void Find(int state)
        {
            if (!into.Add(state)) return;
            order[count++] = state;
            onward += network.OutCount(state);
            missing -= network.InCount(state);
        }

        void Expand(int state)
        {
            var isTouched = _touched.Contains(state);
            for (var (index, choices) = (0, Choices(state)); index < choices; index++)
            {
                if (!isTouched && into.Contains(network.Out(state, index).Next)) continue;      // most: nothing flows there that could be taken back
                if (TryStep(state, index, out var step)) Find(step.To);
            }
        }
    }

    private bool IsLate(long onward, long missing) => onward * LookBack > missing + network.StateCount / 64;

    /// <summary>Whether one step leads to the state from any in the set.</summary>
    private bool IsReachedFrom(BitSet set, int state)
    {
        var isTouched = _touched.Contains(state);
        for (var (index, count) = (0, network.InCount(state)); index < count; index++)
        {
            var (before, arc) = network.In(state, index);
            if (set.Contains(before) && HasLeft(arc, isTouched)) return true;
        }

        for (var (index, count) = (0, isTouched ? network.OutCount(state) : 0); index < count; index++)
        {
            var (after, arc) = network.Out(state, index);
            if (_carries.Contains(arc) && set.Contains(after)) return true;
        }

        return false;
    }

    /// <summary>
    /// For each of at most 64 states, which others of them it reaches over arcs with capacity left, leaving out what is known to be closed:
    /// all at once, one bit each. M. Then et al., The more the merrier: efficient multi-source graph traversal, PVLDB 8 (2014).
    /// </summary>
    public ulong[] Closures(ReadOnlySpan<int> states, BitSet closed)
    {
        var reachedBy = new Dictionary<int, ulong>();       // what neither is near the sources nor reaches a sink is mostly little
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
                var (known, with) = (reachedBy.GetValueOrDefault(step.To), reachedBy[state]);
                if ((known | with) == known) continue;
                reachedBy[step.To] = known | with;
                if (queued.Add(step.To)) queue.Enqueue(step.To);
            }
        }

        var closures = new ulong[states.Length];
        for (var other = 0; other < states.Length; other++)
            for (var bit = 0; bit < states.Length; bit++) closures[bit] |= (reachedBy[states[other]] >> bit & 1) << other;
        return closures;
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

    /// <summary>Nothing flows over the arcs of untouched states.</summary>
    private bool HasLeft(int arc, bool isTouched) => isTouched ? Left(arc) > 0 : network.Capacity(arc) > 0;
}
