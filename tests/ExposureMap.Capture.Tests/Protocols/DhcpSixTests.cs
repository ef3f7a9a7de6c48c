using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class DhcpSixTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new DhcpSix();

    /// <summary>RFC 8415 section 8: SOLICIT with client identifier (DUID-LL) and name (RFC 4704), REPLY.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 547)
        .Client("01 112233 0001 000A 0003 0001 020000000001 0027 000D 00 05 6C6170746F 05 706C616E74 0008 0002 0000")
        .Server("07 112233 0002 000A 0003 0001 020000000002 0001 000A 0003 0001 020000000001");

    [Fact]
    public void Read_Solicit_IdentifiesTheClient()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "lapto.plant"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Fingerprint, "dhcp unique id 00030001020000000001"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Role, "dhcp server"), notes.Facts);
    }
}
