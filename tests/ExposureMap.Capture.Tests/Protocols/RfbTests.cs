using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class RfbTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Rfb();

    /// <summary>RFC 6143 section 7.1.1 and 7.1.2.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 5900).Server("RFB 003.008\n"u8)
        .Client("RFB 003.008\n"u8).Server("02 01 02");

    [Fact]
    public void Read_FirstSpeaker_IsTheServer() => Assert.Equal([(false, Party.Server)], Sample.Read(Protocol).Parties);
}
