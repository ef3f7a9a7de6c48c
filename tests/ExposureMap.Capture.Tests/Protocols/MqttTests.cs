using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: OASIS MQTT 3.1.1 section 3, Sparkplug 3.0 section 4.</summary>
public sealed class MqttTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Mqtt();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 1883)
        .Client("101000044D5154540402003C000465646765")
        .Server("2002 0000")
        .Client("301E001A73704276312E302F706C616E742F4E42495254482F65646765310801")
        .Server("3021001D73704276312E302F706C616E742F44434D442F65646765312F70756D700801")
        .Client("C000")
        .Server("D000");

    [Fact]
    public void Read_SparkplugCommand_IsControl()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Control, "Sparkplug command")], notes.Operations);
        Assert.Equal(["sparkplug"], notes.Carried);
        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Device, "sparkplug plant/edge1"), notes.Facts);
    }

    [Theory]
    [InlineData("101000044D5154540402003C000465646765", Verdict.Certain)]
    [InlineData("301E001A73704276312E302F706C616E742F4E42495254482F65646765310801", Verdict.Certain)]
    [InlineData("30060003612F6231", Verdict.None)]
    [InlineData("2002 0000", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
