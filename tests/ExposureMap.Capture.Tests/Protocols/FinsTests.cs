using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class FinsTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Fins();

    /// <summary>Controller data read, memory area write, stop refused (Omron W342, 5-3).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 9600)
        .Client("80 00 02 00 0A 00 00 14 00 01 0501")
        .Server("C0 00 02 00 14 00 00 0A 00 01 0501 0000 434A314D2D4350553131202020202020202020 20 30342E30302020202020202020202020202020 20")
        .Client("80 00 02 02 0A 00 00 14 00 02 0102 82 0064 00 0002 0001 0002").Server("C0 00 02 00 14 00 02 0A 00 02 0102 0000")
        .Client("80 00 02 00 0A 00 00 14 00 03 0402 FFFF").Server("C0 00 02 00 14 00 00 0A 00 03 0402 2104");

    [Fact]
    public void Read_Operations_AreToldWithTheirAnswers()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "writes 2 of area 82h from 100"), (Effect.Admin, "stops the controller (fins 0402h)")], notes.Operations);
        Assert.Equal([true, false], notes.Answers);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Model, Value: "CJ1M-CPU11" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Device, Value: "fins network 2 node 10" });
    }

    [Fact]
    public void Read_OnTcp_IsTheSameBehindItsHeader()
    {
        var notes = new Exchange(Transport.Tcp, 9600).Client("46494E53 0000000C 00000000 00000000 00000000")
            .Client("46494E53 0000001A 00000002 00000000 80 00 02 00 0A 00 00 14 00 02 0102 82 0064 00 0002").Read(Protocol);

        Assert.Equal([(Effect.Write, "writes 2 of area 82h from 100")], notes.Operations);
    }

    [Theory]
    [InlineData("C0 00 02 00 14 00 00 0A 00 01 0102 0000", Verdict.Certain)]
    [InlineData("80 00 02 00 0A 00 00 14 00 01 7702 0000", Verdict.None)]        // no such command
    [InlineData("80 00 09 00 0A 00 00 14 00 01 0102 0000", Verdict.None)]        // more gateways than may be
    public void Recognise_OnAnyPort_TellsByStructure(string hex, Verdict verdict) =>
        Assert.Equal(verdict, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 40000, 40001)));
}
