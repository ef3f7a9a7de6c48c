using System.Collections.Immutable;
using CsCheck;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class MinimumCutTests
{
    private static readonly Gen<(RandomGraph Random, int[] Capacity)> WithCapacities =
        from random in RandomGraph.Of(6, 10)
        from capacity in Gen.Frequency((4, Gen.Int[1, 3]),
            (1, Gen.Const(MinimumCut.Uncuttable))).Array[Math.Max(random.Edges.Length, random.Vertices)]
        select (random, capacity);

    [Fact]
    public void OfEdges_AnyGraph_AreAllTheCheapestSetsThatSever() => WithCapacities.Sample(sample =>
    {
        var (random, capacity) = (sample.Random, sample.Capacity[..sample.Random.Edges.Length]);
        var expected = CheapestSets(random.Edges.Length, capacity, without =>
            !random.Targets.Any(target => random.Reached(random.Sources, id => (without >> id & 1) != 0)[target]));

        var cut = MinimumCut.OfEdges(random.Graph, random.Sources, random.Targets, capacity, bounds: new() { MaxResults = 1000 });
        AssertSame(expected, cut);
        AssertNearestToTargets(random, cut, (vertex, set) => random.Reached([vertex], id => set.Contains(id)));
    }, iter: 2000);

    [Fact]
    public void OfVertices_AnyGraph_AreAllTheCheapestSetsThatSever() => WithCapacities.Sample(sample =>
    {
        var random = sample.Random;
        var capacity = Enumerable.Range(0, random.Vertices)
            .Select(vertex => random.Sources.Contains(vertex) || random.Targets.Contains(vertex) ? MinimumCut.Uncuttable : sample.Capacity[vertex])
            .ToArray();
        var expected = CheapestSets(random.Vertices, capacity, without =>
            !random.Targets.Any(target => random.Reached(random.Sources, withoutVertex: vertex => (without >> vertex & 1) != 0)[target]));

        var cut = MinimumCut.OfVertices(
            random.Graph, random.Sources, random.Targets, sample.Capacity[..random.Vertices], bounds: new() { MaxResults = 1000 });
        AssertSame(expected, cut);
        AssertNearestToTargets(random, cut, (vertex, set) => random.Reached([vertex], withoutVertex: set.Contains));
    }, iter: 2000);

    [Fact]
    public void OfEdges_CutRemoved_ReachesNothing() => RandomGraph.Of(9, 30).Sample(random =>
    {
        var cut = MinimumCut.OfEdges(random.Graph, random.Sources, random.Targets);
        var mask = new EdgeMask(random.Graph);
        foreach (var edge in cut.Cut) mask.DisableEdge(edge);

        using var reach = Reach.Forward(random.Graph, random.Sources, mask);

        Assert.Equal(!cut.IsPossible, random.Targets.Any(reach.Contains));
        Assert.Equal(random.Sources.Intersect(random.Targets).Any(), !cut.IsPossible);
        Assert.Equal(cut.Cost, cut.Cut.Length);
    });

    [Fact]
    public void OfEdges_Masked_NeedsNotCutWhatIsGone()
    {
        var graph = ReachGraph.Build(4, [0, 0, 1, 2], [1, 2, 3, 3], [1, 1, 1, 1]);

        Assert.Equal(2, MinimumCut.OfEdges(graph, [0], [3]).Cost);
        Assert.Equal(1, MinimumCut.OfEdges(graph, [0], [3], mask: new EdgeMask(graph).DisableEdge(2)).Cost);
        Assert.Equal(1, MinimumCut.OfEdges(graph, [0], [3], mask: new EdgeMask(graph).DisableVertex(2)).Cost);
        Assert.Equal([1], MinimumCut.OfVertices(graph, [0], [3], mask: new EdgeMask(graph).DisableVertex(2)).Cut);
    }

    [Fact]
    public void OfEdges_MoreAlternativesThanAskedFor_SaysSo()
    {
        var graph = ReachGraph.Build(4, [0, 1, 2], [1, 2, 3], [1, 1, 1]);
        var cut = MinimumCut.OfEdges(graph, [0], [3], bounds: new() { MaxResults = 2 });

        Assert.Equal((2, false), (cut.Alternatives.Length, cut.AlternativesComplete));
        Assert.Equal([2], cut.Cut);
    }

    /// <summary>At its bound a search gives what it knows for certain: no cut, or one that severs, and alternatives that all do.</summary>
    [Fact]
    public void OfEdges_WorkRunsOut_GivesOnlyCutsThatSever() => Gen.Select(RandomGraph.Of(9, 30), Gen.Long[0, 150]).Sample((random, work) =>
    {
        var cut = MinimumCut.OfEdges(random.Graph, random.Sources, random.Targets, bounds: new() { MaxResults = 1000, MaxWork = work });
        if (!cut.IsComplete) Assert.Empty(cut.Cut);
        if (!cut.IsComplete || !cut.IsPossible) return;
        foreach (var set in cut.Alternatives.Add(cut.Cut))
            Assert.DoesNotContain(random.Targets, target => random.Reached(random.Sources, set.Contains)[target]);
    }, iter: 5000);

    /// <summary>Whoever has to cut now is told the cut, though the work does not suffice to look for others.</summary>
    [Fact]
    public void OfEdges_WorkRunsOutAmongTheAlternatives_GivesTheCut()
    {
        var graph = ReachGraph.Build(5, [0, 1, 2, 3], [1, 2, 3, 4], [1, 1, 1, 1]);
        var least = Enumerable.Range(0, 100).Select(work => MinimumCut.OfEdges(graph, [0], [4], bounds: new() { MaxResults = 16, MaxWork = work }))
            .First(cut => cut.IsComplete);

        Assert.Equal([3], least.Cut);
        Assert.Equal([3], Assert.Single(least.Alternatives));
        Assert.False(least.AlternativesComplete);
    }

    [Fact]
    public void OfEdges_ZeroCapacity_IsRefused() =>
        Assert.Throws<ArgumentException>(() => MinimumCut.OfEdges(ReachGraph.Build(2, [0], [1], [1]), [0], [1], [0]));

    private static void AssertSame((long Cost, List<int[]> Sets)? expected, MinimumCut cut)
    {
        Assert.Equal(expected is not null, cut.IsPossible);
        if (expected is not { } known) return;
        Assert.Equal(known.Cost, cut.Cost);
        Assert.True(cut.AlternativesComplete);
        if (known.Cost == 0) Assert.Empty(cut.Alternatives);
        else Assert.Contains(cut.Cut.ToArray(), cut.Alternatives.Select(set => set.ToArray()));
        if (known.Cost > 0)
            Assert.Equal(known.Sets.Select(Text).Order(StringComparer.Ordinal),
                cut.Alternatives.Select(set => Text([.. set])).Order(StringComparer.Ordinal));
    }

    /// <summary>Of all cuts of that cost it leaves the fewest that still reach a target.</summary>
    private static void AssertNearestToTargets(RandomGraph random, MinimumCut cut, Func<int, ImmutableArray<int>, bool[]> reachedWithout)
    {
        if (cut.Alternatives.IsEmpty) return;
        Assert.Equal(cut.Alternatives.Min(Behind), Behind(cut.Cut));

        int Behind(ImmutableArray<int> set) => Enumerable.Range(0, random.Vertices).Count(
            vertex => reachedWithout(vertex, set) is var reached && random.Targets.Any(target => reached[target]));
    }

    private static string Text(int[] set) => string.Join(',', set);

    private static (long Cost, List<int[]> Sets)? CheapestSets(int count, int[] capacity, Func<uint, bool> severs)
    {
        (long Cost, List<int[]> Sets)? best = null;
        for (var without = 0u; without < 1u << count; without++)
        {
            int[] set = [.. Enumerable.Range(0, count).Where(index => (without >> index & 1) != 0)];
            if (set.Any(index => capacity[index] == MinimumCut.Uncuttable)) continue;
            var cost = set.Sum(index => (long)capacity[index]);
            if (cost > best?.Cost || !severs(without)) continue;
            if (best is null || cost < best.Value.Cost) best = (cost, []);
            best.Value.Sets.Add(set);
        }

        return best;
    }
}
