using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class OpenVpnTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new OpenVpn();

    /// <summary>OpenVPN Wire Protocol: hard resets of client and server without tls-auth.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 1194)
        .Client("38 0102030405060708 00 00000000").Server("40 1112131415161718 01 00000000 0102030405060708 00000000");

    [Fact]
    public void Read_Resets_TellTheParties() => Assert.Equal([(true, Party.Client), (false, Party.Server)], Sample.Read(Protocol).Parties);

    /// <summary>
    /// tls-auth with SHA-1: a digest of 20 octets, packet id 1 and the time before the reset's own fields; tls-crypt: packet id and time in the
    /// clear, a tag of 32.
    /// </summary>
    [Theory]
    [InlineData("38 92B8AF4A777FC742 781024C276D9A1A8C2321879A02264B3CCBC8077 00000001 577E73B3 00 00000000", Verdict.Certain)]
    [InlineData("38 92B8AF4A777FC742 00000001 577E73B3 781024C276D9A1A8C2321879A02264B3CCBC8077A1A8C2321879A02264B3CCBC 8077A1A8C2", Verdict.Certain)]
    [InlineData("38 92B8AF4A777FC742 781024C276D9A1A8C2321879A02264B3CCBC8077 00000002 577E73B3 00 00000000", Verdict.None)]
    // no digest is so short
    [InlineData("38 92B8AF4A777FC742 781024C276D9A1A8C2321879A02264B3CCBC80 00000001 577E73B3 00 00000000", Verdict.None)]
    public void Recognise_ProtectedResetOnAnyPort(string hex, Verdict expected)
    {
        var datagram = Exchange.Octets(hex);

        Assert.Equal(expected, Protocol.Recognise(datagram, new(Transport.Udp, 40000, 13680)));
        Assert.Equal(expected, Protocol.Recognise([0, (byte)datagram.Length, .. datagram], new(Transport.Tcp, 40000, 443)));
    }
}
