using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class ImapTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Imap();

    /// <summary>RFC 9051 section 8.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 143).Server("* OK IMAP4rev2 Service Ready\r\n"u8)
        .Client("a001 LOGIN mrc secret\r\n"u8);

    [Fact]
    public void Read_Greeting_IsTheServers() => Assert.Equal([(false, Party.Server)], Sample.Read(Protocol).Parties);
}
