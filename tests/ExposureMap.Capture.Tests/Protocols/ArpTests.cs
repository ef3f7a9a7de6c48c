using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class ArpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Arp();

    /// <summary>RFC 826: a request from 10.0.0.1 for 10.0.0.2, its reply, then an announcement (RFC 5227 section 3).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Ethernet, 0x0806)
        .Client("0001 0800 06 04 0001 020000000001 0A000001 000000000000 0A000002")
        .Server("0001 0800 06 04 0002 020000000002 0A000002 020000000001 0A000001")
        .Client("0001 0800 06 04 0001 020000000001 0A000001 000000000000 0A000001");

    [Fact]
    public void Read_Sender_OwnsItsAddress()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000001), FactKind.OwnedBy, "02:00:00:00:00:01"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.OwnedBy, "02:00:00:00:00:02"), notes.Facts);
    }

    [Fact]
    public void Read_Probe_ClaimsNothing() =>
        Assert.Empty(
            new Exchange(Transport.Ethernet, 0x0806).Client("0001 0800 06 04 0001 020000000001 00000000 000000000000 0A000002").Read(Protocol).Facts);

    /// <summary>10.0.1.5 asks for 10.0.0.2 and is answered: each takes the other for its neighbour. Within a usual /24 that is no news.</summary>
    [Theory]
    [InlineData("0001 0800 06 04 0001 020000000001 0A000105 000000000000 0A000002", "10.0.0.0/23 02:00:00:00:00:01")]
    [InlineData("0001 0800 06 04 0002 020000000001 0A000105 020000000002 0A010002", "10.0.0.0/15 02:00:00:00:00:01")]
    [InlineData("0001 0800 06 04 0001 020000000001 0A000005 000000000000 0A000002", null)]
    [InlineData("0001 0800 06 04 0001 020000000003 0A000105 000000000000 0A000002", null)]           // somebody else's MAC: proxied
    [InlineData("0001 0800 06 04 0001 020000000001 0A000105 000000000000 0A000105", null)]           // announces itself (RFC 5227 section 1.1)
    public void Read_AskedBeyondTheUsualMask_TellsHowFarTheLinkReaches(string frame, string? expected) =>
        Assert.Equal(expected,
            new Exchange(Transport.Ethernet, 0x0806).Client(frame).Read(Protocol).Facts.Where(fact => fact.Kind == FactKind.OnLink)
                .Select(fact => fact.Value).SingleOrDefault());
}
