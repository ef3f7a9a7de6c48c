using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: EPSG DS 301 sections 4.6 and 6.3.</summary>
public sealed class PowerlinkTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Powerlink();

    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 3819)
        .Client("06 01 F0 05 00000502 00 01 00 02 0800 0000 0010 0000 0000")
        .Server("06 F0 01 05 00000502 00 01 80 02 0400 0000 91010F00")
        .Client("06 01 F0 05 00000502 00 02 00 01 0C00 0000 0610 0000 01000000")
        .Server("06 F0 01 05 00000502 00 02 C0 01 0400 0000 00000206");

    [Fact]
    public void Read_SdoWriteThatIsAborted_IsWriteNotAccepted()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "writes an object of node 1")], notes.Operations);
        Assert.Equal([false], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Read]);
    }

    [Fact]
    public void Recognise_CyclicFrame_IsCertainOnItsEtherTypeOnly()
    {
        var frame = Exchange.Octets("03 01 F0 00 04 00 0000");

        Assert.Equal(Verdict.Certain, Protocol.Recognise(frame, new(Transport.Ethernet, 0x88AB, 0x88AB)));
        Assert.Equal(Verdict.None, Protocol.Recognise(frame, new(Transport.Ethernet, 0x8892, 0x8892)));
    }

    [Theory]
    [InlineData("06 01 F0 05 00000502", Verdict.Weak)]
    [InlineData("07 01 F0 05 00000502", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, 3819)));
}
