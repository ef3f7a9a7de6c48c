using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class QuicTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Quic();

    /// <summary>RFC 9000 section 17.2.2: an Initial of version 1, padded as section 14.1 demands; the answer's connection ids swapped.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 443)
        .Client(Exchange.Octets("C3 00000001 08 8394C8F03E515708 00 00 449E" + new string('7', 2 * 1182)))
        .Server("C1 00000001 00 08 F067A5502A4262B5 00 4075 " + "C0FFEE");

    [Fact]
    public void Read_Datagram_IsOpaque() => Assert.Equal(2, Sample.Read(Protocol).Effects[Effect.Opaque]);
}
