using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class RadiusTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Radius();

    /// <summary>RFC 2865 section 7.1, the client named by NAS-Identifier (5.32).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 1812)
        .Client("01 00 0022 0F403F9473978057BD83D5CB98F4227A 01 06 6E656D6F 20 08 766E2D677731")
        .Server("02 00 001A 86FE220E7624BA2A1005F6BF9B55E0B2 06 06 00000001");

    [Fact]
    public void Read_Dialogue_NamesBoth()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Name, "vn-gw1"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Role, "radius server"), notes.Facts);
    }

    [Fact]
    public void Recognise_AttributesThatDoNotFit_IsNone() =>
        Assert.Equal(Verdict.None,
            Protocol.Recognise(Exchange.Octets("02 00 001A 86FE220E7624BA2A1005F6BF9B55E0B2 06 07 00000001"), new(Transport.Udp, 1812, 40000)));
}
