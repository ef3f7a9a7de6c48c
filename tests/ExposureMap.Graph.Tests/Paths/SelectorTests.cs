using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class SelectorTests
{
    private static readonly Site Map = new Site().Watch().Named("10.10.4.20", "ws-114.corp.example").Named("10.20.0.5", "jump")
        .Talk("10.10.4.20", "10.20.0.5", "tcp/3389 rdp").Talk("10.20.0.5", "10.70.0.7", "tcp/502 modbus")
        .Talk("10.20.0.5", "10.90.0.7", "tcp/4059 dlms")
        .Talk("10.10.4.20", "10.70.0.8", "tcp/502", outcome: Outcome.Blocked)
        .Tell("10.70.0.7", FactKind.Device, "modbus unit 5").Tell("10.70.0.7", FactKind.Device, "modbus unit 6")
        .Tell("10.70.0.7", FactKind.OwnedBy, "02:00:00:00:00:07", "arp");

    [Theory]
    [InlineData("10.10.4.20", "10.10.4.20")]
    [InlineData("02:00:00:00:00:07", "10.70.0.7")]
    [InlineData("10.70.0.0/16", "10.70.0.7 10.70.0.8 10.70.0.7+ 10.70.0.7+")]
    [InlineData("ws-114", "10.10.4.20")]
    [InlineData("WS-114.corp.example", "10.10.4.20")]
    [InlineData("segment:dmz", "10.20.0.5")]
    [InlineData("kind:metering", "10.90.0.7")]
    [InlineData("service:modbus", "10.70.0.7")]
    [InlineData("service:tcp/502", "10.70.0.7")]
    [InlineData("role:historian", "")]
    [InlineData("10.99.0.1", "")]
    [InlineData("jump, kind:metering", "10.20.0.5 10.90.0.7")]
    [InlineData("!kind:ot", "10.10.4.20 10.20.0.5 10.90.0.7")]
    [InlineData("kind:ot,!10.70.0.8", "10.70.0.7 10.70.0.7+ 10.70.0.7+")]
    public void TrySelect_OfTheMap_GivesTheAssets(string text, string expected)
    {
        var map = Map.Map;
        Assert.True(Selector.TryParse(text, out var selector, out _));

        Assert.True(selector.TrySelect(map, out var assets, out _));

        Assert.Equal(expected, string.Join(' ', assets.Select(id => map.Assets[id].Address + (map.Assets[id].Behind >= 0 ? "+" : ""))));
    }

    [Theory]
    [InlineData("", "a selector is missing")]
    [InlineData("kind:ot,", "a selector is missing")]
    [InlineData("kind:plant", "write one of unknown, it, dmz, ot, metering")]
    [InlineData("zone:ot", "'zone:' is unknown; write segment:, kind:, role: or service:")]
    [InlineData("role:", "'role:' says nothing")]
    [InlineData("10.1.2.3/8", "has host bits; write 10.0.0.0/8")]
    [InlineData("service:tcp/x", "is no service")]
    public void TryParse_Wrong_SaysWhatToWrite(string text, string problem)
    {
        Assert.False(Selector.TryParse(text, out _, out var said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("segment:plants", "there is no segment 'plants'; there are: corporate, dmz")]
    [InlineData("ws-1", "no asset is called 'ws-1'; did you mean ws-114.corp.example?")]
    [InlineData("ot", "did you mean kind:ot?")]
    [InlineData("plant", "did you mean segment:plant?")]
    public void TrySelect_NamesWhatIsNotThere_SaysWhatIs(string text, string problem)
    {
        Assert.True(Selector.TryParse(text, out var selector, out _));
        Assert.False(selector.TrySelect(Map.Map, out _, out var said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }
}
