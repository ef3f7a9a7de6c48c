using CsCheck;
using ExposureMap.Graph.Paths;
using QuikGraph.Algorithms;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class CheapestPathsTests
{
    [Fact]
    public void Forward_AnyGraph_CostsWhatQuikGraphsDijkstraSays() => RandomGraph.Of(8, 24).Sample(random =>
    {
        using var paths = CheapestPaths.Forward(random.Graph, random.Sources);
        foreach (var vertex in random.Graph.Vertices)
        {
            Assert.Equal(random.Sources.Min(source => CostByQuikGraph(random, source, vertex)), paths.CostTo(vertex));
            AssertPath(random, paths, vertex);
        }
    });

    [Fact]
    public void Backward_AnyGraph_CostsWhatQuikGraphsDijkstraSays() => RandomGraph.Of(8, 24).Sample(random =>
    {
        using var paths = CheapestPaths.Backward(random.Graph, random.Targets);
        foreach (var vertex in random.Graph.Vertices)
        {
            Assert.Equal(random.Targets.Min(target => CostByQuikGraph(random, vertex, target)), paths.CostTo(vertex));
            AssertPath(random, paths, vertex);
        }
    });

    [Fact]
    public void Know_StepByStep_KnowsAllCostsUpToThereAndNothingWrong() =>
        Gen.Select(RandomGraph.Of(8, 24), Gen.Int[0, 4].Array[1, 6]).Sample((random, steps) =>
    {
        using var all = CheapestPaths.Backward(random.Graph, random.Targets);
        using var some = CheapestPaths.BackwardInSteps(random.Graph, random.Targets, null, SearchBounds.None, default);
        var known = 0;
        foreach (var step in steps)
        {
            some.Know(known += step);
            foreach (var vertex in random.Graph.Vertices)
                Assert.Equal(all.CostTo(vertex) is { } cost && cost <= some.KnownUpTo ? cost : null,
                    some.Costs[vertex] <= some.KnownUpTo ? some.Costs[vertex] : (int?)null);
        }

        Assert.True(some.IsExhausted || some.KnownUpTo == known);
    });

    [Fact]
    public void Forward_WorkBound_GivesOnlyFinalCosts() => Gen.Select(RandomGraph.Of(8, 24), Gen.Int[0, 20]).Sample((random, work) =>
    {
        using var all = CheapestPaths.Forward(random.Graph, random.Sources);
        using var bounded = CheapestPaths.Forward(random.Graph, random.Sources, bounds: new() { MaxWork = work });
        foreach (var vertex in random.Graph.Vertices)
        {
            if (bounded.Contains(vertex)) Assert.Equal(all.CostTo(vertex), bounded.CostTo(vertex));
            else Assert.True(!all.Contains(vertex) || bounded.CutOff == CutOff.Work);
        }
    });

    private static void AssertPath(RandomGraph random, CheapestPaths paths, int vertex)
    {
        if (paths.PathTo(vertex) is not { } path) return;
        RandomGraph.AssertWalkable(random, path);
        Assert.Equal(paths.CostTo(vertex), path.Cost);
    }

    private static int? CostByQuikGraph(RandomGraph random, int source, int target)
    {
        if (source == target) return 0;
        return random.Graph.ShortestPathsDijkstra(edge => random.Edges[edge.Id].Cost, source)(target, out var path)
            ? path!.Sum(edge => random.Edges[edge.Id].Cost)
            : null;
    }
}
