using CsCheck;
using ExposureMap.Graph.Paths;
using QuikGraph;
using QuikGraph.Algorithms;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class ReachGraphTests
{
    [Fact]
    public void Build_AnyEdges_AnswersAsQuikGraphsOwnGraph() => RandomGraph.Of(8, 24).Sample(random =>
    {
        var theirs = new BidirectionalGraph<int, ReachEdge>();
        theirs.AddVertexRange(Enumerable.Range(0, random.Vertices));
        theirs.AddEdgeRange(random.Edges.Select((edge, id) => new ReachEdge(edge.From, edge.To, id)));
        var ours = random.Graph;

        Assert.Equal(theirs.Vertices.Order(), ours.Vertices);
        Assert.Equal(theirs.Edges.OrderBy(edge => edge.Id), ours.Edges.OrderBy(edge => edge.Id));
        foreach (var vertex in ours.Vertices)
        {
            Assert.Equal(theirs.OutEdges(vertex), ours.OutEdges(vertex));
            Assert.Equal(theirs.InEdges(vertex), ours.InEdges(vertex));
            Assert.Equal(theirs.Degree(vertex), ours.Degree(vertex));
            foreach (var other in ours.Vertices) Assert.Equal(theirs.ContainsEdge(vertex, other), ours.ContainsEdge(vertex, other));
        }

        Assert.Equal(random.Edges.Select(edge => (edge.From, edge.To)), ours.Ends());
    });

    [Fact]
    public void And_MoreEdgesAndVertices_IsAsIfBuiltAnewOfAll() => Gen.Select(RandomGraph.Of(8, 24), Gen.Int[0, 24]).Sample((random, split) =>
    {
        split = Math.Min(split, random.Edges.Length);
        var (from, to) = (Array.ConvertAll(random.Edges, edge => edge.From), Array.ConvertAll(random.Edges, edge => edge.To));
        var cost = Array.ConvertAll(random.Edges, edge => edge.Cost);
        var vertices = from[..split].Concat(to[..split]).DefaultIfEmpty(-1).Max() + 1;

        var grown = ReachGraph.Build(vertices, from.AsSpan(0, split), to.AsSpan(0, split), cost.AsSpan(0, split))
            .And(random.Vertices, from[split..], to[split..], cost[split..]);

        Assert.Equal(random.Graph.EdgeCount, grown.EdgeCount);
        foreach (var direction in Enum.GetValues<Direction>())
        {
            var (expected, arcs) = (random.Graph.ArcsOf(direction), grown.ArcsOf(direction));
            Assert.Equal(expected.Start, arcs.Start);
            Assert.Equal(expected.Other, arcs.Other);
            Assert.Equal(expected.Edge, arcs.Edge);
            Assert.Equal(expected.Cost, arcs.Cost);
        }
    });

    [Fact]
    public void Build_AlgorithmOfQuikGraph_RunsOnIt()
    {
        var graph = ReachGraph.Build(4, [0, 1, 2, 2], [1, 2, 0, 3], [1, 1, 1, 1]);

        Assert.False(graph.IsDirectedAcyclicGraph());
        Assert.True(graph.ShortestPathsDijkstra(edge => 1, 0)(3, out var path));
        Assert.Equal([0, 1, 3], path!.Select(edge => edge.Id));
    }

    [Fact]
    public void Build_EdgeOutsideTheGraph_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ReachGraph.Build(2, [0], [2], [1]));

    [Fact]
    public void OutEdges_UnknownVertex_ThrowsAsQuikGraphDoes() =>
        Assert.Throws<VertexNotFoundException>(() => ReachGraph.Build(2, [0], [1], [1]).OutEdges(2));
}
