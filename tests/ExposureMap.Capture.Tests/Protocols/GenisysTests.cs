using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: Genisys protocol manual; CRC-16 over the octets before escaping.</summary>
public sealed class GenisysTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Genisys();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 10001)
        .Client("FB 05 8283 F6").Server("F2 05 01 55 E332 F6")
        .Client("FC 05 02 A5 E16E F6").Server("F1 05 F6").Client("FE 05 81D3 F6");

    [Fact]
    public void Read_ControlDataAndExecute_AreControl()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Control, "control data for station 5"), (Effect.Control, "executes controls at station 5")], notes.Operations);
        Assert.Equal(1, notes.Effects[Effect.Report]);
        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Equal((false, Party.Server), notes.Parties[1]);
    }

    [Theory]
    [InlineData("FB 05 8283 F6", Verdict.Certain)]
    [InlineData("FB 05 8284 F6", Verdict.None)]
    [InlineData("F1 05 F6", Verdict.Weak)]
    [InlineData("F2 05 02 F005 E3BA F6", Verdict.Certain)]
    [InlineData("F2 05 02 F5 0000 F6", Verdict.None)]
    [InlineData("FD 03", Verdict.None)]                                            // telnet negotiation is no Genisys
    public void Recognise_Message_IsJudgedByItsCheck(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
