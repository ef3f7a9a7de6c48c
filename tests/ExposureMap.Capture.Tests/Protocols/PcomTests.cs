using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: PCOM protocol documentation.</summary>
public sealed class PcomTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Pcom();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 20256)
        .Client("0001650008002F3031494445440D")
        .Server("000165000D002F41303149443439204135450D")
        .Client("000265000F002F303153423030303130313144350D")
        .Client("0003650009002F303143435346340D");

    [Fact]
    public void Read_SetOutputAndStop_AreControlAndAdmin()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Control, "sets operands (SB)"), (Effect.Admin, "stops, starts or resets the controller")], notes.Operations);
        Assert.Equal(1, notes.Effects[Effect.Identify]);
    }

    [Theory]
    [InlineData("0001650008002F3031494445440D", Verdict.Certain)]
    [InlineData("0001650008002F30314944454420", Verdict.None)]
    [InlineData("0001670008002F3031494445440D", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
