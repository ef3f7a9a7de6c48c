using CsCheck;
using ExposureMap.Graph.Paths;
using QuikGraph.Algorithms;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class ReachTests
{
    private static readonly ReachGraph Chain = ReachGraph.Build(5, [0, 1, 2, 3], [1, 2, 3, 4], [1, 1, 1, 1]);

    [Fact]
    public void Forward_AnyGraph_ReachesWhatQuikGraphReachesWithTheFewestHops() => RandomGraph.Of(8, 24).Sample(random =>
    {
        using var reach = Reach.Forward(random.Graph, random.Sources);
        var expected = random.Reached(random.Sources);

        Assert.True(reach.IsComplete);
        Assert.Equal(expected.Count(reached => reached), reach.Count);
        foreach (var vertex in random.Graph.Vertices)
        {
            Assert.Equal(expected[vertex], reach.Contains(vertex));
            var hops = random.Sources.Min(source => HopsByQuikGraph(random.Graph, source, vertex));
            Assert.Equal(hops, reach.HopsTo(vertex));
            if (reach.PathTo(vertex) is not { } path) continue;
            RandomGraph.AssertWalkable(random, path);
            Assert.Equal(hops, path.Hops.Length);
            Assert.Contains(path.Source, random.Sources);
            Assert.Contains(vertex, reach.Level(path.Hops.Length).ToArray());
        }
    });

    [Fact]
    public void Backward_AnyGraph_FindsAllThatReachTheTargets() => RandomGraph.Of(8, 24).Sample(random =>
    {
        using var reach = Reach.Backward(random.Graph, random.Targets);
        foreach (var vertex in random.Graph.Vertices)
        {
            Assert.Equal(random.Targets.Any(target => random.Reached([vertex])[target]), reach.Contains(vertex));
            if (reach.PathTo(vertex) is not { } path) continue;
            RandomGraph.AssertWalkable(random, path);
            Assert.Equal(vertex, path.Source);
            Assert.Contains(path.Target, random.Targets);
        }
    });

    [Fact]
    public void Forward_Masked_GoesAroundWhatIsDisabled() =>
        Gen.Select(RandomGraph.Of(8, 24), Gen.Int[0, 255], Gen.Int[0, 255]).Sample((random, edges, vertices) =>
    {
        var mask = new EdgeMask(random.Graph);
        for (var id = 0; id < random.Edges.Length; id++) if (IsOff(edges, id)) mask.DisableEdge(id);
        for (var vertex = 0; vertex < random.Vertices; vertex++) if (IsOff(vertices, vertex)) mask.DisableVertex(vertex);

        using var reach = Reach.Forward(random.Graph, random.Sources, mask);

        Assert.Equal(random.Reached(random.Sources, id => IsOff(edges, id), vertex => IsOff(vertices, vertex)),
            random.Graph.Vertices.Select(reach.Contains));
    });

    [Fact]
    public void Forward_AfterDispose_TheNextSearchStartsEmpty() => RandomGraph.Of(8, 24).Sample(random =>
    {
        Reach.Forward(random.Graph, random.Targets).Dispose();
        using var reach = Reach.Forward(random.Graph, random.Sources);
        Assert.Equal(random.Reached(random.Sources), random.Graph.Vertices.Select(reach.Contains));
    });

    [Fact]
    public void Forward_HopBound_SaysSoAndShowsWhereItStopped()
    {
        using var reach = Reach.Forward(Chain, [0], bounds: new() { MaxHops = 2 });

        Assert.Equal((3, CutOff.Hops), (reach.Count, reach.CutOff));
        Assert.Equal([2], reach.Frontier.ToArray());
    }

    [Fact]
    public void Forward_HopBoundAtTheEnd_IsComplete()
    {
        using var reach = Reach.Forward(Chain, [0], bounds: new() { MaxHops = 4 });
        Assert.True(reach.IsComplete);
    }

    [Theory]
    [InlineData(2, long.MaxValue, CutOff.Results)]
    [InlineData(int.MaxValue, 2, CutOff.Work)]
    public void Forward_OtherBounds_SaySo(int results, long work, CutOff expected)
    {
        using var reach = Reach.Forward(Chain, [0], bounds: new() { MaxResults = results, MaxWork = work });
        Assert.Equal((3, expected), (reach.Count, reach.CutOff));
    }

    [Fact]
    public void Forward_Cancelled_ReturnsWhatItHas()
    {
        using var reach = Reach.Forward(Chain, [0], stop: new(canceled: true));
        Assert.Equal((1, CutOff.Cancelled), (reach.Count, reach.CutOff));
    }

    private static bool IsOff(int bits, int index) => index < 8 && (bits >> index & 1) != 0;

    private static int? HopsByQuikGraph(ReachGraph graph, int source, int target)
    {
        if (source == target) return 0;
        return graph.ShortestPathsDijkstra(_ => 1, source)(target, out var path) ? path!.Count() : null;
    }
}
