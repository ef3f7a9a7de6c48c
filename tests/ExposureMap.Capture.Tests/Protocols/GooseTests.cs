using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class GooseTests : ProtocolContract
{
    private const string Apdu = "61 1B 80 0F 494544312F4C4C4E3024474F246731 81 02 07D0 82 04 64733031";

    internal override IProtocol Protocol { get; } = new Goose();

    protected override Exchange Sample { get; } = new Exchange(Transport.Ethernet, 0x88B8).Client("0001 0025 0000 0000" + Apdu);

    [Fact]
    public void Read_Message_ReportsAndNamesThePublisher()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Report]);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Name, Value: "IED1" });
    }

    /// <summary>IEC 61850-90-5: session header, then length, tag, simulation, APPID, length.</summary>
    [Fact]
    public void Read_RoutableGoose_IsGooseOnAnyPort()
    {
        var octets = Exchange.Octets("01 40 A1 17 80 15" + new string('0', 42) + "00000029 81 00 0001 001F" + Apdu);

        Assert.Equal(Verdict.Certain, Protocol.Recognise(octets, new(Transport.Udp, 40000, 40001)));
        Assert.Contains(new Exchange(Transport.Udp, 102).Client(octets).Read(Protocol).Facts, fact => fact is { Kind: FactKind.Name, Value: "IED1" });
    }

    [Fact]
    public void Recognise_OtherEtherType_IsSomethingElse() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Sample.Messages[0].Octets, new(Transport.Ethernet, 0x88BA, 0x88BA)));
}
