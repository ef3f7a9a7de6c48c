using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class LlmnrTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Llmnr();

    /// <summary>RFC 4795 section 2.1: ews1 is asked for and answers.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 5355)
        .Client("0A0B 0000 0001 0000 0000 0000 04 65777331 00 0001 0001")
        .Server("0A0B 8000 0001 0001 0000 0000 04 65777331 00 0001 0001 C00C 0001 0001 0000001E 0004 0A000002");

    [Fact]
    public void Read_Answer_NamesTheSender() => Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "ews1"), Sample.Read(Protocol).Facts);
}
