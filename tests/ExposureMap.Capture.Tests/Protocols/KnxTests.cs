using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: ISO 22510 sections 2 to 5.</summary>
public sealed class KnxTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Knx();

    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 3671)
        .Client("0610 0203 000E 0801 0A000001 0E57")
        .Server("0610 0204 003C 3601 02 00 1105 0000 00C501020304 E000170C 000E8C001122 4B4E5820495020526F757465720000000000000000000000000000000000")
        .Client("0610 0420 0015 04 01 00 00 11 00 BC E0 0000 0901 01 00 81")
        .Server("0610 0421 000A 04 01 00 00");

    [Fact]
    public void Read_GroupWrite_IsControl()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Control, "writes group 1/1/1")], notes.Operations);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Model, "KNX IP Router"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Serial, "00c501020304"), notes.Facts);
    }

    [Theory]
    [InlineData("0610 0203 000E 0801 0A000001 0E57", Verdict.Certain)]
    [InlineData("0610 0203 000F 0801 0A000001 0E57", Verdict.None)]
    [InlineData("0611 0203 000E 0801 0A000001 0E57", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, 40000)));
}
