using System.Diagnostics;
using ExposureMap.Capture.Frames;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Frames;

/// <summary>Frames that killed other decoders, each written anew. Each ends in a status, quickly.</summary>
public sealed class HostileFrameTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static Frame Decode(byte[] octets, ushort linkType = EthernetLink)
    {
        var clock = Stopwatch.StartNew();
        var frame = Decoded.Of(octets, linkType);
        Assert.True(clock.Elapsed < Patience, "took too long");
        return frame;
    }

    private static byte[] Repeat(string hex, int times) => [.. Enumerable.Repeat(Hex(hex), times).SelectMany(octets => octets)];

    /// <summary>IHL 0: the header's payload would be the header itself, for ever.</summary>
    [Fact]
    public void Decode_IpInIpWithZeroHeaderLength_Stops()
    {
        var frame = Decode(Hex("020000000002 020000000001 0800 40 00 0014 0001 0000 40 04 0000 0A000001 0A000002"));

        Assert.Equal((FrameStatus.Link, true), (frame.Status, frame.IsCut));
    }

    [Fact]
    public void Decode_InnerIpWithZeroHeaderLength_StaysWithTheOuter()
    {
        var frame = Decode(Ethernet(0x0800, IPv4(ProtocolType.IPv4, Hex("40 00 0014 0001 0000 40 04 0000 0A000003 0A000004"))));

        Assert.Equal((FrameStatus.Network, true, Server), (frame.Status, frame.IsCut, frame.TargetAddress.ToString()));
    }

    /// <summary>An option of length 0 (RFC 9293 section 3.1 asks for 2) makes lists endless; options are skipped as one here.</summary>
    [Theory]
    [InlineData("02000000")]
    [InlineData("FE000000")]
    public void Decode_TcpOptionOfLengthZero_Stops(string option)
    {
        var octets = Ethernet(0x0800, IPv4(ProtocolType.Tcp, Hex($"9C40 01F6 00000001 00000002 60 18 FAF0 0000 0000 {option} 414243")));
        var frame = Decode(octets);

        Assert.Equal((FrameStatus.Transport, "ABC"), (frame.Status, System.Text.Encoding.ASCII.GetString(frame.Payload(octets))));
        Assert.NotEmpty(FrameView.Show(octets, EthernetLink));
    }

    /// <summary>RFC 4861 section 4.6: "nodes MUST silently discard a packet that contains an option with length zero".</summary>
    [Fact]
    public void Decode_NeighborDiscoveryOptionOfLengthZero_Stops()
    {
        var octets =
            Ethernet(0x86DD,
                IPv6(ProtocolType.IcmpV6, Hex("87 00 0000 00000000 20010DB8000000000000000000000002 01 00 020000000001"), hopLimit: 255));

        Assert.Equal((FrameStatus.Network, (byte)58), (Decode(octets).Status, Decode(octets).IpProtocol));
        Assert.NotEmpty(FrameView.Show(octets, EthernetLink));
    }

    /// <summary>RFC 2328 section A.3.5: a forged number of advertisements of length 0.</summary>
    [Fact]
    public void Decode_OspfUpdateOfForgedCount_Stops()
    {
        var octets = Ethernet(0x0800, IPv4((ProtocolType)89, Hex("02 04 0058 0A000001 00000000 0000 0000 0000000000000000 FFFFFFFF", new byte[60])));

        Assert.Equal(FrameStatus.Network, Decode(octets).Status);
        Assert.NotEmpty(FrameView.Show(octets, EthernetLink));
    }

    /// <summary>A TCP payload whose third octet is D0 looks like a database's to some.</summary>
    [Fact]
    public void Decode_PayloadThatLooksLikeDrda_IsJustPayload()
    {
        var octets = Ethernet(0x0800, IPv4(ProtocolType.Tcp, Tcp(40000, 502, "PA", 1, 1, Hex("0000 D0 01 0000 0000 0000", new byte[80]))));

        Assert.Equal(FrameStatus.Transport, Decode(octets).Status);
        Assert.NotEmpty(FrameView.Show(octets, EthernetLink));
    }

    /// <summary>Total length 65535 in 60 octets: a checksum over it reads out of bounds.</summary>
    [Fact]
    public void Decode_ForgedTotalLength_IsCut()
    {
        var octets = Ethernet(0x0800, IPv4(ProtocolType.Tcp, Tcp(40000, 502, "A", 1, 1, new byte[6])));
        (octets[16], octets[17]) = (0xFF, 0xFF);
        var frame = Decode(octets);

        Assert.Equal((true, 6, 65535 - 40), (frame.IsCut, frame.PayloadLength, frame.WirePayloadLength));
        Assert.NotEmpty(FrameView.Show(octets, EthernetLink));
    }

    [Fact]
    public void Decode_ThousandsOfVlanTags_IsTooDeep()
    {
        var octets = Ethernet(0x8100, [.. Repeat("0001 8100", 65_000), .. Hex("0001 0800"), .. Decoded.Inner]);

        Assert.Equal(FrameStatus.TooDeep, Decode(octets).Status);
        Assert.NotEmpty(FrameView.Show(octets, EthernetLink));
    }

    [Fact]
    public void Decode_NestedIp_IsReadToSixteenLayersAndNoFurther()
    {
        var octets = Decoded.Inner;
        for (var depth = 0; depth < 40; depth++) octets = IPv4(ProtocolType.IPv4, octets);

        Assert.Equal(FrameStatus.TooDeep, Decode(octets, 101).Status);
    }

    [Fact]
    public void Decode_ThousandsOfExtensionHeaders_IsTooDeep()
    {
        var octets = IPv6(ProtocolType.IPv6DestinationOptions, [.. Repeat("3C 00 0104 00000000", 8_000), .. Udp(40000, 502, Decoded.Payload)]);

        Assert.Equal(FrameStatus.TooDeep, Decode(octets, 101).Status);
    }

    [Fact]
    public void Decode_EndlessLabels_AreCut() => Assert.True(Decode(Ethernet(0x8847, Repeat("00064 0 FF", 10_000))).IsCut);

    [Fact]
    public void Decode_NflogAttributeOfLengthZero_Stops() => Assert.True(Decode(Hex("02 00 0000 0000 0A00", new byte[64]), 239).IsCut);

    [Fact]
    public void Decode_GtpExtensionOfLengthZero_StaysWithTheCarrier()
    {
        var frame = Decode(Ethernet(0x0800, IPv4(ProtocolType.Udp, Udp(50000, 2152, Hex("34 FF 0008 00000001 0000 00 85 00 1000 85")))));

        Assert.Equal((FrameStatus.Transport, (ushort)2152), (frame.Status, frame.TargetPort));
    }

    /// <summary>RFC 9260: a chunk shorter than its own header.</summary>
    [Fact]
    public void Decode_SctpChunkOfLengthZero_Stops() =>
        Assert.Equal(FrameStatus.Transport,
            Decode(Ethernet(0x0800, IPv4((ProtocolType)132, Hex("9C40 0964 00000001 00000000 03 00 0000", new byte[64])))).Status);

    [Fact]
    public void Decode_UdpLengthUnderItsHeader_HasNoPayload()
    {
        var frame = Decode(Ethernet(0x0800, IPv4(ProtocolType.Udp, Hex("9C40 01F6 0003 0000 010203"))));

        Assert.Equal((true, 0, (ushort)502), (frame.IsCut, frame.PayloadLength, frame.TargetPort));
    }

    /// <summary>Where fewer octets were captured than an address has, no address may be made up.</summary>
    [Fact]
    public void Decode_CutInsideAnAddress_ForgesNoAddress()
    {
        var whole = Ethernet(0x0800, Decoded.Inner);
        for (var length = 0; length < 34; length++) Assert.Equal(0, Decode(whole[..length]).IpVersion);
        for (var length = 0; length < 12; length++) Assert.False(Decode(whole[..length]).HasMacs);
    }
}
