using System.Xml.Linq;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Export;

public sealed class GraphMlWriterTests
{
    private static readonly XNamespace Names = "http://graphml.graphdrawing.org/xmlns";

    [Fact]
    public void Write_Conduit_IsEdgeBetweenItsAssets()
    {
        var graph = Written(new Site().Watch().Talk("10.10.0.5", "10.70.0.1", "tcp/502 modbus", does: (Effect.Write, "write", true)).Map,
            DiagramOptions.Default);
        var labels = graph.Descendants(Names + "node").ToDictionary(node => node.Attribute("id")!.Value, node => Data(node, "node_address"));
        var edge = Assert.Single(graph.Descendants(Names + "edge"));

        Assert.Equal("10.10.0.5", labels[edge.Attribute("source")!.Value]);
        Assert.Equal("10.70.0.1", labels[edge.Attribute("target")!.Value]);
        Assert.Equal("tcp/502 modbus", Data(edge, "edge_service"));
        Assert.Equal("write", Data(edge, "edge_strongest_effect"));
        Assert.Equal("true", Data(edge, "edge_usable"));
    }

    [Fact]
    public void Write_EveryDatum_HasItsKey()
    {
        var graph = Written(new Site().Watch().Named("10.10.0.5", "desk").Talk("10.10.0.5", "10.70.0.1", "tcp/502 modbus").Map,
            DiagramOptions.Default);
        var keys = graph.Descendants(Names + "key").Select(key => key.Attribute("id")!.Value).ToHashSet();

        Assert.All(graph.Descendants(Names + "data"), data => Assert.Contains(data.Attribute("key")!.Value, keys));
    }

    [Fact]
    public void Write_HostileName_IsTextWithoutIllegalCharacters()
    {
        var graph = Written(
            new Site().Watch().Named("10.10.0.5", "\u0000\u001B<script>\"&\\\uFFFE\uD800\U0001F600").Talk("10.10.0.5", "10.70.0.1", "tcp/22 ssh").Map,
            DiagramOptions.Default);

        Assert.Equal("<script>\"&\\\U0001F600", Data(graph.Descendants(Names + "node").First(), "node_names"));
    }

    [Fact]
    public void Write_PathsOnly_LeavesOutTheRest()
    {
        var map = new Site().Watch().Talk("10.10.0.5", "10.20.0.1", "tcp/3389 rdp", at: 1).Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", at: 2)
            .Talk("10.10.0.6", "10.20.0.9", "tcp/443 ssl").Map;

        var graph = Written(map, DotWriterTests.PathOptions(map) with { Scope = DiagramScope.Paths });

        Assert.Equal(["10.10.0.5", "10.20.0.1", "10.70.0.1"], graph.Descendants(Names + "node").Select(node => Data(node, "node_address")).Order());
        Assert.Equal(2, graph.Descendants(Names + "edge").Count());
    }

    private static string? Data(XElement element, string key) =>
        element.Elements(Names + "data").SingleOrDefault(data => data.Attribute("key")!.Value == key)?.Value;

    private static XDocument Written(MapSnapshot map, DiagramOptions options)
    {
        using var output = new MemoryStream();
        GraphMlWriter.Write(output, MapPart.Of(map, options));
        output.Position = 0;
        return XDocument.Load(output);
    }
}
