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

    /// <summary>Versions that are or were in use: drafts, version 2, Facebook's, Google's with the long header, with two lengths in one octet, with the public header.</summary>
    [Theory]
    [InlineData("C2 FF020000 08 AE3F3DD669A153B3 08 4E8D17B73E5EA0D4", 1200, Verdict.Certain)]
    [InlineData("CC FACEB002 08 ADBBB2044A6FD4AF 00 0044", 1200, Verdict.Certain)]
    [InlineData("CB 51303530 08 DF4A089E4EFF5E7A 00 0045344A", 100, Verdict.Certain)]
    [InlineData("C1 54303531 08 FF9415B5B005860D 00 00453495", 100, Verdict.Certain)]
    [InlineData("C3 51303436 50 EACFE6E706DF272D 00000004", 100, Verdict.Certain)]
    [InlineData("0D E71AD5D7756C4D4D 51303339 01 699B9F", 100, Verdict.Certain)]
    [InlineData("C6 0A1A2A3A 08 C18EF59EF8C3C544 00 0044BE", 1200, Verdict.Certain)]
    [InlineData("C6 0A1A2A3A 08 C18EF59EF8C3C544 00 0044BE", 100, Verdict.None)]           // no client begins so short
    [InlineData("C6 0B1A2A3A 08 C18EF59EF8C3C544 00 0044BE", 1200, Verdict.None)]
    [InlineData("C3 51413436 50 EACFE6E706DF272D 00000004", 100, Verdict.None)]
    public void Recognise_FirstPacketOnAnyPort(string head, int length, Verdict expected)
    {
        var payload = new byte[length];
        Exchange.Octets(head).CopyTo(payload, 0);

        Assert.Equal(expected, Protocol.Recognise(payload, new(Transport.Udp, 40000, 4433)));
    }
}
