using CsCheck;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class DominatorsTests
{
    [Fact]
    public void Of_AnyGraph_AreTheVerticesWithoutWhichItIsNotReached() => RandomGraph.Of(9, 18).Sample(random =>
    {
        var dominators = Dominators.From(random.Graph, random.Sources);
        var reached = random.Reached(random.Sources);
        foreach (var vertex in random.Graph.Vertices)
        {
            var needed =
                random.Graph.Vertices.Where(other =>
                    other != vertex && reached[vertex] && !random.Reached(random.Sources, withoutVertex: v => v == other)[vertex]);
            Assert.Equal(reached[vertex], dominators.Contains(vertex));
            Assert.Equal(needed, dominators.Of(vertex).Order());
        }
    });

    [Fact]
    public void Dominated_AnyTargets_CountsThemBehindEachVertex() => RandomGraph.Of(9, 18).Sample(random =>
    {
        var dominators = Dominators.From(random.Graph, random.Sources);
        var counts = dominators.Dominated(random.Targets);
        foreach (var vertex in random.Graph.Vertices)
            Assert.Equal(random.Targets.Distinct().Count(target => dominators.Of(target).Contains(vertex)), counts[vertex]);
    });

    [Fact]
    public void From_Masked_EqualsTheGraphWithoutTheEdges() => Gen.Select(RandomGraph.Of(9, 18), Gen.Int[0, 17]).Sample((random, off) =>
    {
        var mask = new EdgeMask(random.Graph);
        if (off < random.Edges.Length) mask.DisableEdge(off);
        var smaller = random with { Edges = [.. random.Edges.Where((_, id) => id != off)] };
        var rest = ReachGraph.Build(smaller.Vertices, [.. smaller.Edges.Select(e => e.From)], [.. smaller.Edges.Select(e => e.To)],
            [.. smaller.Edges.Select(e => e.Cost)]);

        var (masked, without) = (Dominators.From(random.Graph, random.Sources, mask), Dominators.From(rest, random.Sources));

        Assert.Equal(random.Graph.Vertices.Select(without.ImmediateOf), random.Graph.Vertices.Select(masked.ImmediateOf));
    });
}
