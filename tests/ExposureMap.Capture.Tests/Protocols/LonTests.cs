using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: ISO/IEC 14908-4 section 8.</summary>
public sealed class LonTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Lon();

    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 1628)
        .Client("0020 01 01 00 00 0000 00000001 00000001 00000000 01 09 01 AA 01 A9 01 03 81 0D 00 CA")
        .Server("001C 01 01 00 00 0000 00000001 00000001 00000000 00 09 01 A9 01 AA 01 23");

    [Fact]
    public void Read_Data_IsCounted()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Functions[".1"]);
    }

    [Theory]
    [InlineData("001C 01 01 00 00 0000 00000001 00000001 00000000 00 09 01 A9 01 AA 01 23", Verdict.Certain)]
    [InlineData("001D 01 01 00 00 0000 00000001 00000001 00000000 00 09 01 A9 01 AA 01 23", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, 40000)));
}
