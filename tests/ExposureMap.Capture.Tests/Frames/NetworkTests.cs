using ExposureMap.Capture.Frames;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Frames;

/// <summary>IPv4 (RFC 791), IPv6 (RFC 8200) and the transports.</summary>
public sealed class NetworkTests
{
    private const ushort Raw = 101;

    private static readonly byte[] Segment = Tcp(40000, 502, "SA", 0x01020304, 0x05060708, Decoded.Payload);

    [Fact]
    public void Decode_Tcp_ReadsItsHeader()
    {
        var octets = IPv4(ProtocolType.Tcp, Segment, timeToLive: 63, identification: 77);
        var frame = Decoded.Of(octets, Raw);

        Assert.Equal((TcpFlags.Syn | TcpFlags.Ack, 0x01020304u, 0x05060708u, (ushort)64240),
            (frame.TcpFlags, frame.Sequence, frame.Acknowledgment, frame.Window));
        Assert.Equal((63, 77u, octets.Length), (frame.TimeToLive, frame.Identification, frame.IpLength));
        Assert.Equal(Decoded.Payload, frame.Payload(octets).ToArray());
    }

    /// <summary>RFC 9293 section 3.1: data offset 8, so 12 octets of options.</summary>
    [Fact]
    public void Decode_TcpOptions_AreNotPayload()
    {
        var octets = IPv4(ProtocolType.Tcp, Hex("9C40 01F6 00000001 00000002 80 18 FAF0 0000 0000 0101080A 00000001 00000002 414243"));

        Assert.Equal("ABC"u8.ToArray(), Decoded.Of(octets, Raw).Payload(octets).ToArray());
    }

    /// <summary>RFC 791 section 3.1: IHL 6, router alert (RFC 2113).</summary>
    [Fact]
    public void Decode_IPv4Options_AreSkipped()
    {
        var plain = Decoded.Inner;
        byte[] octets = [.. plain[..20], .. Hex("94040000"), .. plain[20..]];
        (octets[0], octets[3]) = (0x46, (byte)octets.Length);

        Decoded.IsInner(octets, Raw);
    }

    /// <summary>Segmentation offload leaves the total length 0: the frame tells.</summary>
    [Fact]
    public void Decode_IPv4TotalLengthZero_GoesToTheEnd()
    {
        var octets = Decoded.Inner;
        (octets[2], octets[3]) = (0, 0);

        Decoded.IsInner(octets, Raw);
    }

    [Fact]
    public void Decode_CapturedInPart_SaysHowMuchThereWas()
    {
        var octets = IPv4(ProtocolType.Tcp, Tcp(40000, 502, "A", 1, 1, new byte[100]))[..60];
        var frame = Decoded.Of(octets, Raw);

        Assert.Equal((true, FrameStatus.Transport, 20, 100), (frame.IsCut, frame.Status, frame.PayloadLength, frame.WirePayloadLength));
    }

    [Fact]
    public void Decode_CutInsideTheTcpHeader_KeepsThePorts()
    {
        var frame = Decoded.Of(IPv4(ProtocolType.Tcp, Segment)[..28], Raw);

        Assert.Equal((true, FrameStatus.Transport, (ushort)502, 0), (frame.IsCut, frame.Status, frame.TargetPort, frame.PayloadLength));
    }

    [Fact]
    public void Decode_UdpShorterThanItsIp_EndsWithTheDatagram()
    {
        var octets = IPv4(ProtocolType.Udp, Hex("9C40 01F6 000B 0000 010203 FFFFFFFF"));

        Decoded.IsInner(octets, Raw);
    }

    /// <summary>RFC 9260 sections 3.1 and 3.3.1: a SACK chunk, then DATA with its 16 octets of header.</summary>
    [Fact]
    public void Decode_Sctp_PayloadIsTheFirstDataChunk()
    {
        var octets =
            IPv4((ProtocolType)132,
                Hex("9C40 0964 00000001 00000000  03 00 0010 00000001 0000FFFF 0000 0000  00 03 0013 00000001 0000 0000 0000002E 010203 00"));
        var frame = Decoded.Of(octets, Raw);

        Assert.Equal((FrameStatus.Transport, (ushort)2404), (frame.Status, frame.TargetPort));
        Assert.Equal(Decoded.Payload, frame.Payload(octets).ToArray());
    }

    /// <summary>
    /// RFC 8200 section 4: hop-by-hop (0), routing (43), destination options (60), mobility (135), in units of 8 octets; AH (51, RFC 4302) in units
    /// of 4. One legal header must not hide the ports behind it.
    /// </summary>
    [Theory]
    [InlineData(0, "11 00 0104 00000000")]
    [InlineData(0, "3C 00 0104 00000000  11 01 010C 000000000000000000000000")]
    [InlineData(43, "11 02 00 00 00000000 20010DB8000000000000000000000003")]
    [InlineData(60, "11 00 0104 00000000")]
    [InlineData(135, "11 00 00 00 0000 0000")]
    [InlineData(51, "11 04 0000 00000001 00000001 000000000000000000000000")]
    [InlineData(0, "2B 00 0104 00000000  33 00 00 00 00000000  11 01 0000 00000001 00000001")]
    public void Decode_IPv6ExtensionHeaders_AreWalked(int next, string headers)
    {
        var octets = IPv6((ProtocolType)next, [.. Hex(headers), .. Udp(40000, 502, Decoded.Payload)]);

        Decoded.IsInner(octets, Raw);
    }

    /// <summary>RFC 4303: what ESP hides stays a conversation of protocol 50.</summary>
    [Fact]
    public void Decode_Esp_IsNotWalked()
    {
        var frame = Decoded.Of(IPv6((ProtocolType)50, new byte[32]), Raw);

        Assert.Equal((FrameStatus.Network, (byte)50, 32), (frame.Status, frame.IpProtocol, frame.PayloadLength));
    }

    [Fact]
    public void Decode_IPv4Authentication_IsWalked() =>
        Decoded.IsInner(
            IPv4(ProtocolType.IPSecAuthenticationHeader,
                [.. Hex("11 04 0000 00000001 00000001 000000000000000000000000"), .. Udp(40000, 502, Decoded.Payload)]), Raw);

    [Theory]
    [InlineData(0, true)]
    [InlineData(8, false)]
    public void Decode_IPv4Fragment_IsOne(int offset, bool more)
    {
        var frame = Decoded.Of(Fragment(ProtocolType.Udp, new byte[16], offset, more, 9), Raw);

        Assert.Equal((FrameStatus.Fragment, offset, more, 9u, 16),
            (frame.Status, frame.FragmentOffset, frame.MoreFragments, frame.Identification, frame.PayloadLength));
    }

    /// <summary>RFC 8200 section 4.5: offset in the upper 13 bits, M the lowest.</summary>
    [Theory]
    [InlineData("11 00 0001 DEADBEEF", 0, true)]
    [InlineData("11 00 0010 DEADBEEF", 16, false)]
    public void Decode_IPv6Fragment_IsOne(string header, int offset, bool more)
    {
        var frame = Decoded.Of(IPv6(ProtocolType.IPv6FragmentHeader, Hex(header, new byte[16])), Raw);

        Assert.Equal((FrameStatus.Fragment, offset, more, 0xDEADBEEFu, 16, (byte)17),
            (frame.Status, frame.FragmentOffset, frame.MoreFragments, frame.Identification, frame.PayloadLength, frame.IpProtocol));
    }

    /// <summary>RFC 6946: offset 0 and no more fragments is a whole packet.</summary>
    [Fact]
    public void Decode_IPv6AtomicFragment_IsWhole() =>
        Decoded.IsInner(IPv6(ProtocolType.IPv6FragmentHeader, [.. Hex("11 00 0000 00000001"), .. Udp(40000, 502, Decoded.Payload)]), Raw);

    [Fact]
    public void DecodeDatagram_OfPutTogetherFragments_HasPorts()
    {
        var datagram = Udp(40000, 502, Decoded.Payload);
        var frame = Decoded.Of(Fragment(ProtocolType.Udp, datagram[..8], 0, true, 9), Raw);

        FrameDecoder.DecodeDatagram(datagram, ref frame);

        Assert.Equal((FrameStatus.Transport, (ushort)502, 20 + datagram.Length), (frame.Status, frame.TargetPort, frame.IpLength));
        Assert.Equal(Decoded.Payload, frame.Payload(datagram).ToArray());
    }
}
