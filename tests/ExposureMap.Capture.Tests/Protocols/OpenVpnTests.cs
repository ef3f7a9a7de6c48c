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
}
