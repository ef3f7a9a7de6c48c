using CsCheck;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class VertexOrderTests
{
    [Fact]
    public void ByZone_AnyGraph_IsAPermutationThatKeepsZonesTogether() => RandomGraph.Of(8, 24).Sample(random =>
    {
        var zone = random.Graph.Vertices.Select(vertex => vertex % 3).ToArray();
        var number = VertexOrder.ByZone(random.Graph, zone);

        Assert.Equal(random.Graph.Vertices, number.Order());
        Assert.Equal(zone.Order(), random.Graph.Vertices.OrderBy(vertex => number[vertex]).Select(vertex => zone[vertex]));
    });

    [Fact]
    public void ByDiscovery_AnyGraph_NumbersTheReachedFirst() => RandomGraph.Of(8, 24).Sample(random =>
    {
        var number = VertexOrder.ByDiscovery(random.Graph, random.Sources);
        using var reach = Reach.Forward(random.Graph, random.Sources);

        Assert.Equal(random.Graph.Vertices, number.Order());
        Assert.All(reach.Order.ToArray(), vertex => Assert.True(number[vertex] < reach.Count));
    });
}
