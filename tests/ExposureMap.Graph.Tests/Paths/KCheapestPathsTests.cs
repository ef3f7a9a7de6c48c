using CsCheck;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class KCheapestPathsTests
{
    [Fact]
    public void Between_AnySets_GivesTheCheapestOfAllPaths() => Gen.Select(RandomGraph.Of(6, 14), Gen.Int[1, 30]).Sample((random, k) =>
    {
        var expected = random.SimplePaths();
        var found = KCheapestPaths.Between(random.Graph, random.Sources, random.Targets, k);

        Assert.Equal(expected.Select(path => path.Cost).Order().Take(k), found.Paths.Select(path => path.Cost));
        Assert.Equal(expected.Count <= k, found.IsComplete);
        AssertDistinctAndLoopFree(random, found);
    });

    [Fact]
    public void Between_BoundedHops_GivesTheCheapestOfTheShortOnes() =>
        Gen.Select(RandomGraph.Of(6, 14), Gen.Int[1, 30], Gen.Int[1, 4]).Sample((random, k, hops) =>
    {
        var expected = random.SimplePaths();
        var found = KCheapestPaths.Between(random.Graph, random.Sources, random.Targets, k, bounds: new() { MaxHops = hops });

        Assert.Equal(expected.Where(path => path.Edges.Length <= hops).Select(path => path.Cost).Order().Take(k),
            found.Paths.Select(path => path.Cost));
        if (found.IsComplete) Assert.Equal(expected.Count, found.Paths.Length);
        AssertDistinctAndLoopFree(random, found);
    });

    [Fact]
    public void Between_Masked_AvoidsWhatIsDisabled()
    {
        var graph = ReachGraph.Build(4, [0, 0, 1, 2], [1, 2, 3, 3], [1, 1, 1, 5]);

        var found = KCheapestPaths.Between(graph, [0], [3], 5, new EdgeMask(graph).DisableVertex(1));

        Assert.Equal([6], found.Paths.Select(path => path.Cost));
    }

    [Fact]
    public void Between_WorkBound_SaysSo()
    {
        var graph = ReachGraph.Build(4, [0, 0, 1, 2], [1, 2, 3, 3], [1, 1, 1, 5]);
        Assert.Equal(CutOff.Work, KCheapestPaths.Between(graph, [0], [3], 5, bounds: new() { MaxWork = 5 }).CutOff);
    }

    private static void AssertDistinctAndLoopFree(RandomGraph random, KCheapestPaths found)
    {
        Assert.Distinct(found.Paths.Select(path => string.Join(' ', path.Hops.Select(hop => hop.Id))));
        foreach (var path in found.Paths)
        {
            RandomGraph.AssertWalkable(random, path);
            Assert.Distinct(path.Hops.Select(hop => hop.Target).Prepend(path.Source));
            Assert.Contains(path.Source, random.Sources);
            Assert.Contains(path.Target, random.Targets);
        }
    }
}
