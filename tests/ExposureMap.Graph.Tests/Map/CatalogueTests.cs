using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>A vendor's service whose port is on no public list is named by the site.</summary>
public sealed class CatalogueTests
{
    private static readonly SiteService HeadEnd =
        new("acme-headend", Carrier("tcp/7001"), SegmentKind.Metering) { Prefix = PrefixOf("10.90.0.0/20") };

    private readonly Site _site = new() { Settings = new MapSettings { Segments = new(Site.Segments), Catalogue = [HeadEnd] } };

    [Fact]
    public void Conduit_ToTheCataloguesPort_CarriesItsName()
    {
        var map = _site.Talk("10.90.0.5", "10.90.1.9", "tcp/7001").Map;
        Assert.Equal("tcp/7001 acme-headend", map.Conduits.Single().Service.ToString());
        Assert.Contains(map.Assets, asset => asset.Address.ToString() == "10.90.1.9" && asset.HasRole("meter"));
    }

    [Theory]
    [InlineData("10.70.1.9", "tcp/7001")]              // elsewhere
    [InlineData("10.90.1.9", "tcp/7002")]              // another port
    public void Conduit_OutsideTheCatalogue_HasNoName(string to, string service) =>
        Assert.Equal("", _site.Talk("10.90.0.5", to, service).Map.Conduits.Single().Service.Name);

    [Fact]
    public void Conduit_WhosePayloadTold_KeepsThatName() =>
        Assert.Equal("http", _site.Talk("10.90.0.5", "10.90.1.9", "tcp/7001 http").Map.Conduits.Single().Service.Name);

    private static ServiceMatch Carrier(string text) => ServiceMatch.TryParse(text, out var match) ? match : throw new ArgumentException(text);

    private static Prefix PrefixOf(string text) => Prefix.TryParse(text, out var prefix) ? prefix : throw new ArgumentException(text);
}
