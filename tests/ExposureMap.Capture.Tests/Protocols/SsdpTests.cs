using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SsdpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Ssdp();

    /// <summary>UPnP Device Architecture 2.0 section 1.3.2 and 1.3.3.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 1900)
        .Client("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n"u8)
        .Server("HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nSERVER: Linux/5.4 UPnP/1.0 Gate/3\r\nST: upnp:rootdevice\r\nUSN: uuid:6f1c-07::urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"u8);

    [Fact]
    public void Read_Answer_TellsModelIdentityAndRole()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Model, Value: "Linux/5.4 UPnP/1.0 Gate/3" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Fingerprint, Value: "upnp uuid 6f1c-07" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "router" });
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
    }
}
