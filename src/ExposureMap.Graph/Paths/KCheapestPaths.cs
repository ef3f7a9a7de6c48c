using System.Collections.Immutable;
using System.Diagnostics;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// The k cheapest loop-free paths from a set of vertices to another, cheapest first.
/// J. Y. Yen, Finding the k shortest loopless paths in a network, Management Science 17 (1971), with the partition of E. L. Lawler,
/// A procedure for computing the k best solutions, Management Science 18 (1972): each class of paths (a prefix, and the arcs that must
/// not follow it) is searched only when its lower bound comes up, by A* over exact costs to the targets (see <see cref="SpurSearch"/>).
/// The costs are searched from the targets only as far as the paths asked for turn out to need.
/// Paths over parallel edges are different paths. A path has at least one hop; one that passes a further source or target is a path too.
/// </summary>
public sealed class KCheapestPaths
{
    /// <summary>How far beyond the cost of the cheapest path costs are known: what did not do is done again, so not often.</summary>
    private static readonly int[] Steps = [2, 8, int.MaxValue];

    private readonly ReachGraph _graph;
    private readonly SpurSearch _spur;
    private readonly PriorityQueue<PathClass, (int Cost, int Unsearched, int Age)> _classes = new();
    private int _age;

    private KCheapestPaths(ReachGraph graph, SpurSearch spur) => (_graph, _spur) = (graph, spur);

    public ImmutableArray<EdgePath> Paths { get; private set; } = [];

    public CutOff CutOff { get; private set; }

    /// <summary>True when there are no more paths than those given.</summary>
    public bool IsComplete => CutOff == CutOff.None;

    /// <summary>
    /// At most <paramref name="k"/> paths (and at most the bounds' results). Ties come in the order they are found, always the same.
    /// </summary>
    public static KCheapestPaths Between(
        ReachGraph graph, ReadOnlySpan<int> from, ReadOnlySpan<int> to, int k,
        EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default)
    {
        bounds ??= SearchBounds.None;
        var backward = bounds with { MaxHops = int.MaxValue, MaxResults = int.MaxValue };
        using var toTargets = CheapestPaths.BackwardInSteps(graph, to, mask, backward, stop);
        var (targets, nearest) = (to.ToArray(), CostOfNearest(toTargets, from));
        KCheapestPaths? before = null;
        foreach (var more in Steps)
        {
            if (before?.CutOff == CutOff.Hops && more < int.MaxValue) continue;     // only the last step keeps hops in sight
            var known = more == int.MaxValue ? more : nearest + more;
            toTargets.Know(known);
            using var spur = new SpurSearch(graph, toTargets, targets, mask, bounds, stop);
            var search = new KCheapestPaths(graph, spur) { CutOff = toTargets.CutOff };
            if (search.IsComplete) search.Run(from, mask, Math.Min(k, bounds.MaxResults), toTargets);
            // stopped early: those are the cheapest, too
            if (before is not null && search.Paths.Length < before.Paths.Length) search.Paths = before.Paths;
            if (toTargets.IsExhausted || search.CutOff is CutOff.Work or CutOff.Cancelled || search.AreAllWithin(known)) return search;
            before = search;
        }

        throw new UnreachableException("the last step knows all");
    }

    /// <summary>How far the costs to the targets have to be known for any source at all to have one.</summary>
    private static int CostOfNearest(CheapestPaths toTargets, ReadOnlySpan<int> from)
    {
        var cost = 0;
        for (; !toTargets.IsExhausted && toTargets.CutOff == CutOff.None; cost++)
        {
            toTargets.Know(cost);
            foreach (var source in from) if (toTargets.Costs[source] <= cost) return cost;
        }

        return cost;
    }

    /// <summary>As many as asked for, and none beyond what the search knew: it would have found the same had it known all.</summary>
    private bool AreAllWithin(int known) => CutOff == CutOff.Results && (Paths.IsEmpty || Paths[^1].Cost <= known);

    private void Run(ReadOnlySpan<int> from, EdgeMask? mask, int k, CheapestPaths toTargets)
    {
        var distinct = BitSet.Of(_graph.VertexCount, []);
        foreach (var source in from)
            if (toTargets.Costs[source] <= toTargets.KnownUpTo && mask?.IsVertexDisabled(source) != true && distinct.Add(source))
                EnqueueSource(source, toTargets.Costs[source]);

        var found = ImmutableArray.CreateBuilder<EdgePath>();
        while (_spur.CutOff is CutOff.None or CutOff.Hops && _classes.TryDequeue(out var best, out var key))
        {
            if (key.Unsearched != 0) Search(best);
            else if (found.Count == k)
            {
                CutOff = CutOff.Results;
                break;
            }
            else
            {
                found.Add(Made(best, key.Cost));
                Split(best);
            }
        }

        if (CutOff == CutOff.None) CutOff = _spur.CutOff;
        Paths = found.DrainToImmutable();
    }

    private void Search(PathClass members)
    {
        if (_spur.Best(members) is { } path) _classes.Enqueue(members with { Slots = path.Slots }, (path.Cost, 0, _age++));
    }

    /// <summary>What a source costs bounds its paths from below, unless it is a target itself: a path has a hop.</summary>
    private void EnqueueSource(int source, int cost)
    {
        var members = new PathClass(source, [], 0, [], StopBarred: true);
        if (cost == 0) Enqueue(members);
        else _classes.Enqueue(members, (cost, 1, _age++));
    }

    private void Enqueue(PathClass members)
    {
        if (_spur.LowerBound(members) is { } bound) _classes.Enqueue(members, (bound, 1, _age++));
    }

    /// <summary>The rest of a class, its best path taken out, as disjoint classes: one for each place where a path can leave the best one.</summary>
    private void Split(PathClass taken)
    {
        for (var length = taken.Prefix; length <= taken.Slots.Length; length++)
        {
            var inherited = length == taken.Prefix;
            var isEnd = length == taken.Slots.Length;
            int[] barred = inherited ? taken.Barred : [];
            Enqueue(taken with
            {
                Prefix = length,
                Barred = isEnd ? barred : [.. barred, taken.Slots[length]],
                StopBarred = isEnd || length == 0 || (inherited && taken.StopBarred),
            });
        }
    }

    private EdgePath Made(PathClass path, int cost)
    {
        var edges = path.Slots.Select(_graph.Outward.EdgeAt).ToImmutableArray();
        return new(path.Source, edges[^1].Target, edges, cost);
    }
}

/// <summary>
/// All loop-free paths that begin with the first <see cref="Prefix"/> of <see cref="Slots"/> and do not go on over a barred slot (or stop there).
/// </summary>
internal sealed record PathClass(int Source, int[] Slots, int Prefix, int[] Barred, bool StopBarred);
