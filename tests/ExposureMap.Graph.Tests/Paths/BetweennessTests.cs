using CsCheck;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class BetweennessTests
{
    [Fact]
    public void Between_AllSources_CountsTheSharesOfAllShortestPaths() => RandomGraph.Of(6, 12).Sample(random =>
    {
        var expected = new double[random.Vertices];
        foreach (var pair in random.SimplePaths().GroupBy(path => (random.Edges[path.Edges[0]].From, random.Edges[path.Edges[^1]].To)))
        {
            var least = pair.Min(path => path.Edges.Length);
            var shortest = pair.Where(path => path.Edges.Length == least).ToArray();
            foreach (var path in shortest)
                foreach (var edge in path.Edges.SkipLast(1)) expected[random.Edges[edge].To] += 1.0 / shortest.Length;
        }

        var found = Betweenness.Between(random.Graph, random.Sources, random.Targets, sample: 100);

        for (var vertex = 0; vertex < random.Vertices; vertex++) Assert.Equal(expected[vertex], found.Of[vertex], 9);
    });

    [Fact]
    public void Between_FewerThanAll_SaysHowManyAndScales()
    {
        var graph = ReachGraph.Build(6, [0, 1, 2, 3, 4], [4, 4, 4, 4, 5], new byte[5]);
        var found = Betweenness.Between(graph, [0, 1, 2, 3], [5], sample: 2);

        Assert.Equal((2, 4), (found.Sampled, found.Sources));
        Assert.Equal(4, found.Of[4]);
    }
}
