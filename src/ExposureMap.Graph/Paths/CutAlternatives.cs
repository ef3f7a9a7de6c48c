using System.Collections.Immutable;
using System.Numerics;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// All minimum cuts of a maximum flow: they are the borders of the sets that hold the sources, no sink, and everything reachable from
/// themselves over capacity left. J.-C. Picard, M. Queyranne, On the structure of all minimum cuts in a network and applications (1980).
/// Only states on the flow matter, and of those only the ones between the cut nearest to the sources and the one nearest to the sinks.
/// </summary>
internal static class CutAlternatives
{
    private const int MaxBetween = 64;      // bits of a word; with more states between, only the two outermost cuts are given

    /// <param name="near">Everything reachable from the sources.</param>
    public static (ImmutableArray<ImmutableArray<int>> Cuts, bool Complete) Of<TNetwork>(
        MaximumFlow<TNetwork> flow, BitSet near, int limit) where TNetwork : struct, IFlowNetwork
    {
        var between = flow.Arcs.SelectMany(arc => new[] { arc.From, arc.To }).Distinct()
            .Where(state => !near.Contains(state) && !flow.ReachesSink(state)).Order().ToArray();

        var cuts = new List<ImmutableArray<int>> { flow.Border(near.Contains) };
        var complete = between.Length <= MaxBetween;
        if (complete) complete = AddBetween(flow, near, between, cuts, limit);
        else if (limit > 1) cuts.Add(flow.Border(state => !flow.ReachesSink(state)));

        var sorted = cuts.DistinctBy(cut => string.Join(',', cut)).ToList();
        sorted.Sort((left, right) => left.AsSpan().SequenceCompareTo(right.AsSpan()));
        return ([.. sorted.Where(cut => cut.Length > 0)], complete);
    }

    /// <summary>Every closed set once: each state is taken with its closure, or left out for good.</summary>
    private static bool AddBetween<TNetwork>(
        MaximumFlow<TNetwork> flow, BitSet near, int[] between, List<ImmutableArray<int>> cuts, int limit) where TNetwork : struct, IFlowNetwork
    {
        var closures = flow.Closures(between, near);
        var open = new Stack<(ulong Taken, ulong Left)>([(0, 0)]);
        var all = between.Length == 0 ? 0 : ulong.MaxValue >> 64 - between.Length;
        while (open.TryPop(out var choice))
        {
            var undecided = all & ~choice.Taken & ~choice.Left;
            if (undecided != 0)
            {
                var state = BitOperations.TrailingZeroCount(undecided);
                open.Push((choice.Taken, choice.Left | 1UL << state));
                if ((closures[state] & choice.Left) == 0) open.Push((choice.Taken | closures[state], choice.Left));
                continue;
            }

            if (choice.Taken == 0) continue;        // the nearest to the sources, known already
            if (cuts.Count >= limit) return false;
            cuts.Add(flow.Border(
                state => near.Contains(state) || Array.BinarySearch(between, state) is var at and >= 0 && (choice.Taken >> at & 1) != 0));
        }

        return true;
    }
}
