using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: SLMP Reference Manual SH-080956, section 4.2 and 5.</summary>
public sealed class MelsecTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Melsec();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 5007)
        .Client("5000 00 FF FF03 00 0C00 1000 0104 0000 640000 A8 0100")
        .Server("D000 00 FF FF03 00 0400 0000 1234")
        .Client("5000 01 02 FF03 00 0E00 1000 0114 0000 640000 A8 0100 9519")
        .Server("D000 01 02 FF03 00 0200 51C0")
        .Client("5000 00 FF FF03 00 0800 1000 0210 0000 0100");

    [Fact]
    public void Read_WriteAndRemoteStop_AreJudgedByCommand()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "writes devices (command 1401)"), (Effect.Admin, "remote stop (command 1002)")], notes.Operations);
        Assert.Equal([false], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Device, "melsec network 1 station 2"), notes.Facts);
    }

    [Theory]
    [InlineData("5000 00 FF FF03 00 0C00 1000 0104 0000 640000 A8 0100", Verdict.Certain)]
    [InlineData("D000 00 FF FF03 00 0400 0000 1234", Verdict.Certain)]
    [InlineData("5000 00 FF FF03 00 0D00 1000 0104 0000 640000 A8 0100", Verdict.None)]
    [InlineData("5000 00 FF FFFF 00 0C00 1000 0104 0000 640000 A8 0100", Verdict.None)]
    [InlineData("5400 0100 0000 00 FF FF03 00 0C00 1000 0104 0000 640000 A8 0100", Verdict.Certain)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
