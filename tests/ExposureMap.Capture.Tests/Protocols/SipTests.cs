using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SipTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Sip();

    /// <summary>RFC 3261 section 24.1.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 5060)
        .Client("REGISTER sip:registrar.biloxi.com SIP/2.0\r\nUser-Agent: Phone/1\r\nContent-Length: 0\r\n\r\n"u8)
        .Server("SIP/2.0 200 OK\r\nServer: PBX/2\r\nContent-Length: 0\r\n\r\n"u8);

    [Fact]
    public void Read_Dialogue_TellsSoftware()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(["Phone/1", "PBX/2"], notes.Facts.Select(fact => fact.Value));
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
    }
}
