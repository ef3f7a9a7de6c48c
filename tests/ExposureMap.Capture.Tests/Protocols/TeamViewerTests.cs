using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class TeamViewerTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new TeamViewer();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 5938).Client("1724 0A 20 00 5C8B").Server("1724 0B 00 00");

    [Fact]
    public void Recognise_OnAnotherPort_IsNone() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets("1724 0A 20 00"), new(Transport.Tcp, 40000, 502)));
}
