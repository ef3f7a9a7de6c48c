using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: TwinCAT ADS/AMS specification.</summary>
public sealed class AdsTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Ads();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 48898)
        .Client("0000 20000000 0A0000020101 2103 0A0000010101 8001 0100 0400 00000000 00000000 01000000")
        .Server("0000 38000000 0A0000010101 8001 0A0000020101 2103 0100 0500 18000000 00000000 01000000 00000000 03 01 0002 506C6333302041707000000000000000")
        .Client("0000 30000000 0A0000020101 2103 0A0000010101 8001 0300 0400 10000000 00000000 02000000 20400000 04000000 04000000 01000000")
        .Server("0000 24000000 0A0000010101 8001 0A0000020101 2103 0300 0500 04000000 00000000 02000000 02070000")
        .Client("0000 28000000 0A0000020101 2103 0A0000010101 8001 0500 0400 08000000 00000000 03000000 0600 0000 00000000");

    [Fact]
    public void Read_WriteThatIsRefusedAndStop_AreOperations()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "writes index group 4020 offset 4"), (Effect.Admin, "write control: state 6")], notes.Operations);
        Assert.Equal([false], notes.Answers);
    }

    [Fact]
    public void Read_DeviceInfo_TellsModelAndVersion()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Model, "Plc30 App"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Firmware, "3.1.512"), notes.Facts);
    }

    [Theory]
    [InlineData("0000 20000000 0A0000020101 2103 0A0000010101 8001 0100 0400 00000000 00000000 01000000", Verdict.Certain)]
    [InlineData("0000 20000000 0A0000020101 2103 0A0000010101 8001 0100 0400 01000000 00000000 01000000", Verdict.None)]
    [InlineData("0000 20000000", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
