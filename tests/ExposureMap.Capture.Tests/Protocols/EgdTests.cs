using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: GFK-2224, exchange header.</summary>
public sealed class EgdTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Egd();

    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 18246)
        .Client("0D01 0001 0A000001 07000000 65920080 00000000 00000000 00000000 00000000 11223344")
        .Client("0D01 0002 0A000009 07000000 65920081 00000000 00000000 00000000 00000000 11223344");

    [Fact]
    public void Read_ExchangeOfAnotherProducer_NamesTheDeviceBehind()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(2, notes.Effects[Effect.Report]);
        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Device, "egd producer 10.0.0.9"), notes.Facts);
        Assert.Single(notes.Facts);
    }

    [Theory]
    [InlineData("0D01 0001 0A000001 07000000 65920080 00000000 00000000 00000000 00000000 1122", Verdict.Certain)]
    [InlineData("0D01 0001 0A000001 07000000 65920080 00000000 00000000 00000000 00000001 1122", Verdict.None)]
    [InlineData("0D01 0001 0A000001", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 50000, 40000)));
}
