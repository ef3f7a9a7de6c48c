using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class WsDiscoveryTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new WsDiscovery();

    /// <summary>WS-Discovery (April 2005) section 5.2 and 5.3, shortened.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 3702)
        .Client("<s:Envelope xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Envelope>"u8)
        .Server("<s:Envelope xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action><d:Types>dn:NetworkVideoTransmitter</d:Types></s:Envelope>"u8);

    [Fact]
    public void Read_Match_TellsTheRole()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Role, "camera"), notes.Facts);
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
    }
}
