using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class Pop3Tests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Pop3();

    /// <summary>RFC 1939 section 10.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 110).Server("+OK POP3 server ready\r\n"u8).Client("USER mrose\r\n"u8);

    [Fact]
    public void Read_Dialogue_TellsTheParties() => Assert.Equal([(false, Party.Server), (true, Party.Client)], Sample.Read(Protocol).Parties);
}
