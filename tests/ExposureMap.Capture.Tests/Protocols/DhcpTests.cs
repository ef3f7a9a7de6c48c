using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class DhcpTests : ProtocolContract
{
    /// <summary>RFC 2131 figure 1: client MAC 02:00:00:00:00:01; sname and file are empty.</summary>
    private static string Head(string operation, string clientIp, string yourIp) =>
        $"{operation} 01 06 00 12345678 0000 0000 {clientIp} {yourIp} 00000000 00000000 020000000001 00000000000000000000"
        + new string('0', 2 * 192) + "63825363";

    internal override IProtocol Protocol { get; } = new Dhcp();

    /// <summary>REQUEST with host name, vendor class, client identifier; ACK of 10.1.2.30 in 10.1.2.0/24 (RFC 2132).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 67)
        .Client(Head("01", "00000000", "00000000") + "35 01 03 32 04 0A01021E 0C 05 48 4D 49 2D 37 3C 08 4D53465420352E30 3D 07 01 020000000001 FF")
        .Server(Head("02", "00000000", "0A01021E") + "35 01 05 01 04 FFFFFF00 03 04 0A010201 51 0B 04 0000 03 484D49 02 4F54 00 FF");

    [Fact]
    public void Read_Acknowledge_TellsOwnerNameNetworkAndRouter()
    {
        var notes = Sample.Read(Protocol);
        var leased = Address.IPv4(0x0A01021E);

        Assert.Contains((leased, FactKind.OwnedBy, "02:00:00:00:00:01"), notes.Facts);
        Assert.Contains((leased, FactKind.Network, "10.1.2.0/24"), notes.Facts);
        Assert.Contains((leased, FactKind.Name, "HMI.OT"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A010201), FactKind.Role, "router"), notes.Facts);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "dhcp server" });
    }

    [Fact]
    public void Read_Request_IdentifiesTheCardBeforeItHasAnAddress()
    {
        var notes = Sample.Read(Protocol);
        var card = Address.Mac(0x020000000001);

        Assert.Contains((card, FactKind.Name, "HMI-7"), notes.Facts);
        Assert.Contains((card, FactKind.Model, "MSFT 5.0"), notes.Facts);
        Assert.Contains((card, FactKind.Fingerprint, "dhcp client id 01020000000001"), notes.Facts);
    }

    [Theory]
    [InlineData("FFFFFF80", "10.1.2.0/25")]
    [InlineData("FFFFFFFF", "10.1.2.30/32")]
    [InlineData("FF00FF00", null)]                               // no prefix
    [InlineData("00000000", null)]
    public void Read_Mask_IsAPrefix(string mask, string? expected)
    {
        var notes = new Exchange(Transport.Udp, 67).Server(Head("02", "00000000", "0A01021E") + $"35 01 05 01 04 {mask} FF").Read(Protocol);

        Assert.Equal(expected, notes.Facts.Where(fact => fact.Kind == FactKind.Network).Select(fact => fact.Value).SingleOrDefault());
    }
}
