using System.Collections.Immutable;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// The least costly edges (or vertices) whose removal leaves no path between two sets of vertices.
/// L. R. Ford, D. R. Fulkerson, Maximal flow through a network (1956): the cut that a maximum flow saturates (see
/// <see cref="MaximumFlow{TNetwork}"/>).
/// </summary>
public sealed record MinimumCut
{
    /// <summary>A capacity that says: never cut this.</summary>
    public const int Uncuttable = IFlowNetwork.Unlimited;

    /// <summary>
    /// Edge numbers (or vertices), ascending. Of several cuts of the same cost, the one nearest to the targets. Empty where nothing need or can be
    /// cut.
    /// </summary>
    public ImmutableArray<int> Cut { get; private init; } = [];

    /// <summary>Sum of the capacities of the cut.</summary>
    public long Cost { get; private init; }

    /// <summary>False when a path joins the sets that has nothing on it that may be cut.</summary>
    public bool IsPossible { get; private init; } = true;

    /// <summary>Every cut of the same cost, <see cref="Cut"/> included, in ascending order; see <see cref="AlternativesComplete"/>.</summary>
    public ImmutableArray<ImmutableArray<int>> Alternatives { get; private init; } = [];

    /// <summary>False when there are more cuts of the same cost than the bound on results, or too many to look for.</summary>
    public bool AlternativesComplete { get; private init; } = true;

    /// <summary>When cut off there is no cut to give.</summary>
    public CutOff CutOff { get; private init; }

    public bool IsComplete => CutOff == CutOff.None;

    /// <param name="capacity">What each edge costs to cut, at least 1, by edge number; 1 each when absent.</param>
    /// <param name="bounds">Results bound the alternatives: 16 when absent; with 1 none are looked for, which saves time.</param>
    /// <exception cref="ArgumentException">A capacity below 1: such an edge would be in every cut and in none.</exception>
    public static MinimumCut OfEdges(
        ReachGraph graph, ReadOnlySpan<int> from, ReadOnlySpan<int> to, int[]? capacity = null,
        EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default)
    {
        Check(capacity, graph.EdgeCount);
        int[] sources = Usable(from, mask), sinks = Usable(to, mask);
        return Solve(new EdgeNetwork(graph, capacity, mask?.InEdges()), sources, sinks, bounds, stop);
    }

    /// <summary>The vertices of both sets are never cut; an edge straight from one to the other makes the cut impossible.</summary>
    /// <param name="capacity">What each vertex costs to cut, at least 1.</param>
    public static MinimumCut OfVertices(
        ReachGraph graph, ReadOnlySpan<int> from, ReadOnlySpan<int> to, int[]? capacity = null,
        EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default)
    {
        Check(capacity, graph.VertexCount);
        var sources = Array.ConvertAll(Usable(from, mask), VertexNetwork.Exit);
        var sinks = Array.ConvertAll(Usable(to, mask), VertexNetwork.Entry);
        if (Array.Exists(sources, source => Array.BinarySearch(sinks, source - 1) >= 0)) return new() { IsPossible = false };
        return Solve(new VertexNetwork(graph, capacity, Ends(graph, from, to), mask?.InEdges()), sources, sinks, bounds, stop);
    }

    private static void Check(int[]? capacity, int count)
    {
        if (capacity is null) return;
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity.Length, count);
        if (Array.Exists(capacity, value => value < 1)) throw new ArgumentException("a capacity is below 1", nameof(capacity));
    }

    private static int[] Usable(ReadOnlySpan<int> vertices, EdgeMask? mask)
    {
        var usable = vertices.ToArray();
        Array.Sort(usable);
        var count = 0;
        foreach (var vertex in usable)
            if (mask?.IsVertexDisabled(vertex) != true && (count == 0 || usable[count - 1] != vertex)) usable[count++] = vertex;
        return usable[..count];
    }

    private static BitSet Ends(ReachGraph graph, ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        var ends = BitSet.Of(graph.VertexCount, from);
        foreach (var vertex in to) ends.Add(vertex);
        return ends;
    }

    /// <summary>Levels are counted backward from the sinks: where more leads to those than away from the sources, all is turned around.</summary>
    private static MinimumCut Solve<TNetwork>(TNetwork network, int[] sources, int[] sinks, SearchBounds? bounds, CancellationToken stop)
        where TNetwork : struct, IFlowNetwork
    {
        bounds ??= new() { MaxResults = 16 };
        var turned = new TurnedNetwork<TNetwork>(network);
        return sources.Sum(source => (long)network.OutCount(source)) < sinks.Sum(sink => (long)network.InCount(sink))
            ? Solve(turned, sinks, sources, isTurned: true, bounds, stop)
            : Solve(network, sources, sinks, isTurned: false, bounds, stop);
    }

    private static MinimumCut Solve<TNetwork>(
        TNetwork network, int[] sources, int[] sinks, bool isTurned, SearchBounds bounds, CancellationToken stop)
        where TNetwork : struct, IFlowNetwork
    {
        using var flow = new MaximumFlow<TNetwork>(network, sources, sinks, bounds, stop);
        flow.Run();
        if (flow.IsUnlimited) return new() { IsPossible = false };
        if (flow.CutOff != CutOff.None) return new() { CutOff = flow.CutOff };

        var near = new BitSet(network.StateCount);
        if (isTurned || bounds.MaxResults > 1) flow.Close(sources, near);
        if (isTurned && flow.CutOff != CutOff.None) return new() { CutOff = flow.CutOff };

        var nearest = isTurned ? flow.Border(near.Contains) : flow.Border(state => !flow.ReachesSink(state));
        var alone = (Cuts: nearest.IsEmpty ? [] : ImmutableArray.Create(nearest), Complete: false);
        var all = flow.CutOff == CutOff.None && bounds.MaxResults > 1 ? CutAlternatives.Of(flow, near, bounds.MaxResults) : alone;
        if (flow.CutOff != CutOff.None) all = alone;          // what was looked at in part may not sever
        return new() { Cut = nearest, Cost = flow.Value, Alternatives = all.Cuts, AlternativesComplete = all.Complete };
    }
}
