using ExposureMap.Capture.Frames;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Frames;

/// <summary>Every link type that a capture may begin with (tcpdump.org/linktypes.html).</summary>
public sealed class LinkLayerTests
{
    private const ushort Null = 0, Ppp = 9, Fddi = 10, PppHdlc = 50, PppEther = 51, Raw = 101, CiscoHdlc = 104, Loop = 108, Sll = 113, IPv4Link = 228,
        IPv6Link = 229, Nflog = 239, Sll2 = 276;
    private const ushort TokenRing = 6, Atm = 100, FrameRelay = 107, Encryption = 109, PacketFilter = 117, Juniper = 178, Erf = 197,
        PppDirected = 204, HdlcDirected = 205, FrameRelayDirected = 206;
    private const ushort Mpls = 219, NetAnalyzer = 240, NetAnalyzerTransparent = 241, InfiniBand = 242, PacketTap = 258;

    [Fact]
    public void Decode_Ethernet_HasMacs()
    {
        var frame = Decoded.IsInner(Ethernet(0x0800, Decoded.Inner));

        Assert.Equal((0x020000000001UL, 0x020000000002UL, (ushort)0x0800), (frame.SourceMac, frame.TargetMac, frame.EtherType));
    }

    [Fact]
    public void Decode_EthernetPadding_IsNoPayload() => Decoded.IsInner([.. Ethernet(0x0800, Decoded.Inner), .. new byte[15]]);

    [Theory]
    [InlineData(Raw)]
    [InlineData(12)]                                              // DLT_RAW of other systems
    [InlineData(14)]
    [InlineData(IPv4Link)]
    public void Decode_RawIPv4_BeginsWithIp(int linkType) => Assert.False(Decoded.IsInner(Decoded.Inner, (ushort)linkType).HasMacs);

    [Theory]
    [InlineData(Raw)]
    [InlineData(IPv6Link)]
    public void Decode_RawIPv6_BeginsWithIp(int linkType) => Decoded.IsInner(Decoded.InnerSix, (ushort)linkType);

    [Theory]
    [InlineData("02000000")]                                      // AF_INET, little-endian writer
    [InlineData("00000002")]                                      // big-endian writer
    public void Decode_Loopback_InBothByteOrders(string family)
    {
        Decoded.IsInner(Hex(family, Decoded.Inner), Null);
        Decoded.IsInner(Hex(family, Decoded.Inner), Loop);
    }

    [Theory]
    [InlineData("18000000")]                                      // AF_INET6: 24 NetBSD and OpenBSD, 28 FreeBSD, 30 macOS, 10 Linux
    [InlineData("0000001C")]
    [InlineData("1E000000")]
    [InlineData("0A000000")]
    public void Decode_LoopbackIPv6_OfEverySystem(string family) => Decoded.IsInner(Hex(family, Decoded.InnerSix), Null);

    [Fact]
    public void Decode_CookedV1_HasTheSenderOnly()
    {
        var frame = Decoded.IsInner(Hex("0000 0001 0006 020000000007 0000 0800", Decoded.Inner), Sll);

        Assert.Equal((0x020000000007UL, 0UL), (frame.SourceMac, frame.TargetMac));
    }

    [Fact]
    public void Decode_CookedV2_HasTheSenderOnly()
    {
        var frame = Decoded.IsInner(Hex("86DD 0000 00000003 0001 00 06 020000000007 0000", Decoded.InnerSix), Sll2);

        Assert.Equal(0x020000000007UL, frame.SourceMac);
    }

    /// <summary>LINUX_SLL_P_802_2 (0x0004): an LLC header follows.</summary>
    [Fact]
    public void Decode_CookedLlc_ReadsSnap() => Decoded.IsInner(Hex("0000 0001 0006 020000000007 0000 0004 AAAA03 000000 0800", Decoded.Inner), Sll);

    /// <summary>RFC 1042: AA AA 03, an OUI of zeros, the EtherType; the 802.3 length bounds it.</summary>
    [Fact]
    public void Decode_LlcSnap_IsIp()
    {
        var octets = Hex("AAAA03 000000 0800", Decoded.Inner);

        Decoded.IsInner([.. Ethernet((ushort)octets.Length, octets), .. new byte[10]]);
    }

    /// <summary>IEEE 802.1D clause 9: DSAP and SSAP 42.</summary>
    [Fact]
    public void Decode_LlcSpanningTree_KeepsThePayloadFromTheDsapOn()
    {
        var octets = Ethernet(5, Hex("424203 0000"));
        var frame = Decoded.Of(octets);

        Assert.Equal((FrameStatus.Link, (ushort)0), (frame.Status, frame.EtherType));
        Assert.Equal(Hex("424203 0000"), frame.Payload(octets).ToArray());
    }

    [Fact]
    public void Decode_Arp_IsALinkPayload()
    {
        var arp = Hex("0001 0800 06 04 0001 020000000001 0A000001 000000000000 0A000002");
        var octets = Ethernet(0x0806, arp);
        var frame = Decoded.Of(octets);

        Assert.Equal((FrameStatus.Link, (byte)0, "02:00:00:00:00:01"), (frame.Status, frame.IpVersion, frame.SourceAddress.ToString()));
        Assert.Equal(arp, frame.Payload(octets).ToArray());
    }

    /// <summary>RFC 1662 section 3.1 (address FF, control 03) and RFC 1661 section 6.5 (compressed protocol field).</summary>
    [Theory]
    [InlineData("FF03 0021", PppHdlc)]
    [InlineData("0021", Ppp)]
    [InlineData("FF03 21", PppHdlc)]
    public void Decode_Ppp_IsIp(string header, int linkType) => Decoded.IsInner(Hex(header, Decoded.Inner), (ushort)linkType);

    [Theory]
    [InlineData(CiscoHdlc)]
    [InlineData(PppHdlc)]                                         // it shares the link type
    public void Decode_CiscoHdlc_IsIp(int linkType) => Decoded.IsInner(Hex("0F00 0800", Decoded.Inner), (ushort)linkType);

    [Fact]
    public void Decode_PppOverEthernetLink_IsIp() =>
        Decoded.IsInner(Hex($"11 00 0009 {Decoded.Inner.Length + 2:X4} 0021", Decoded.Inner), PppEther, "pppoe 9");

    /// <summary>RFC 1390: frame control, target, source, then LLC.</summary>
    [Fact]
    public void Decode_Fddi_IsIp() => Decoded.IsInner(Hex("50 020000000002 020000000001 AAAA03 000000 0800", Decoded.Inner), Fddi);

    /// <summary>LINKTYPE_NFLOG: family, version, resource id; attributes padded to 4, NFULA_PAYLOAD (9) is the packet.</summary>
    [Fact]
    public void Decode_Nflog_FindsThePacketAmongAttributes() =>
        Decoded.IsInner(Hex($"02 00 0000 0500 0A00 00 000000 {Decoded.Inner.Length + 4:X2}00 0900", Decoded.Inner), Nflog);

    /// <summary>
    /// IEEE 802.5: access control, frame control 40 (LLC), target, source, LLC. The second has a route of six octets, told by the source's first bit.
    /// </summary>
    [Theory]
    [InlineData("10 40 020000000002 020000000001 AAAA03 000000 0800")]
    [InlineData("10 40 020000000002 820000000001 06 30 0011 0020 AAAA03 000000 0800")]
    public void Decode_TokenRing_IsIp(string header) =>
        Assert.Equal(0x020000000001UL, Decoded.IsInner(Hex(header, Decoded.Inner), TokenRing).SourceMac);

    /// <summary>Frame control 00: the ring's own management.</summary>
    [Fact]
    public void Decode_TokenRingManagement_IsNoLlc() =>
        Assert.Equal((byte)0, Decoded.Of(Hex("10 00 020000000002 020000000001 AAAA03 000000 0800", Decoded.Inner), TokenRing).IpVersion);

    /// <summary>RFC 2427: Q.922 address (two octets, then four), control 03, NLPID CC of IPv4, 80 of SNAP; Cisco's EtherType.</summary>
    [Theory]
    [InlineData("1841 03 CC", FrameRelay)]
    [InlineData("18404001 03 CC", FrameRelay)]
    [InlineData("1841 03 00 80 000000 0800", FrameRelay)]
    [InlineData("1841 0800", FrameRelay)]
    [InlineData("00 1841 03 CC", FrameRelayDirected)]
    [InlineData("AAAA03 000000 0800", Atm)]
    [InlineData("01 FF03 0021", PppDirected)]
    [InlineData("00 0F00 0800", HdlcDirected)]
    public void Decode_LinesBetweenSites_AreIp(string header, int linkType) => Decoded.IsInner(Hex(header, Decoded.Inner), (ushort)linkType);

    /// <summary>RFC 2427 section 4.2.2: OUI 0080C2, protocol 0007 is Ethernet without its check sequence.</summary>
    [Fact]
    public void Decode_EthernetBridgedOverFrameRelay_HasItsMacs() =>
        Assert.Equal(0x020000000001UL, Decoded.IsInner(Hex("1841 03 00 80 0080C2 0007", Ethernet(0x0800, Decoded.Inner)), FrameRelay).SourceMac);

    [Fact]
    public void Decode_IPv6OverFrameRelay_IsIp() => Decoded.IsInner(Hex("1841 03 8E", Decoded.InnerSix), FrameRelay);

    /// <summary>Q.933 signalling (NLPID 08) is of the line, not of a machine.</summary>
    [Fact]
    public void Decode_FrameRelaySignalling_IsALinkPayload() =>
        Assert.Equal(FrameStatus.Link, Decoded.Of(Hex("0001 03 08 00 75 95 01 01 00"), FrameRelay).Status);

    /// <summary>ERF: type 2 Ethernet; 82 with one extension header; 16 IPv4.</summary>
    [Theory]
    [InlineData("0000000000000000 02 04 0000 0000 0000 0000 020000000002 020000000001 0800")]
    [InlineData("0000000000000000 82 04 0000 0000 0000 0500000000000000 0000 020000000002 020000000001 0800")]
    [InlineData("0000000000000000 16 04 0000 0000 0000")]
    public void Decode_Erf_IsIp(string header) => Decoded.IsInner(Hex(header, Decoded.Inner), Erf);

    /// <summary>Version 1, port 0; transparent mode (flag 02) keeps the preamble.</summary>
    [Theory]
    [InlineData("00 04 2D00", NetAnalyzer)]
    [InlineData("00 04 2D00", NetAnalyzerTransparent)]
    [InlineData("00 06 2D00 55555555555555D5", NetAnalyzerTransparent)]
    public void Decode_NetAnalyzer_IsEthernet(string header, int linkType) =>
        Assert.True(Decoded.IsInner(Hex(header, Ethernet(0x0800, Decoded.Inner)), (ushort)linkType).HasMacs);

    /// <summary>A switching input, and in version 2 a tick of the clock (kind 3).</summary>
    [Theory]
    [InlineData("00 05 1500")]
    [InlineData("00 08 0030")]
    public void Decode_NetAnalyzerEvent_IsNoFrame(string header) =>
        Assert.Equal((byte)0, Decoded.Of(Hex(header, Ethernet(0x0800, Decoded.Inner)), NetAnalyzer).IpVersion);

    /// <summary>Flags 01 incoming; 80 with two octets of extensions; 02 without a link header.</summary>
    [Theory]
    [InlineData("4D4743 01 020000000002 020000000001 0800")]
    [InlineData("4D4743 81 0003 010106 020000000002 020000000001 0800")]
    [InlineData("4D4743 03 02000000")]
    public void Decode_Juniper_IsIp(string header) => Decoded.IsInner(Hex(header, Decoded.Inner), Juniper);

    /// <summary>108 octets of header, record type 1, the link type of what follows: Ethernet, then raw IP as macOS numbers it.</summary>
    [Fact]
    public void Decode_PacketTap_HasALinkTypeOfItsOwn()
    {
        Decoded.IsInner([.. Hex("6C000000 01000000 01000000"), .. new byte[96], .. Ethernet(0x0800, Decoded.Inner)], PacketTap);
        Decoded.IsInner([.. Hex("6C000000 01000000 0C000000"), .. new byte[96], .. Decoded.Inner], PacketTap);
    }

    /// <summary>A header of 61 octets is padded to 64.</summary>
    [Fact]
    public void Decode_PacketFilterLog_IsIp() => Decoded.IsInner([0x3D, 2, 0, 0, .. new byte[60], .. Decoded.Inner], PacketFilter);

    [Fact]
    public void Decode_EncryptionInterface_IsIp() => Decoded.IsInner(Hex("02000000 00000100 00000000", Decoded.Inner), Encryption);

    [Fact]
    public void Decode_InfiniBand_IsIp() => Decoded.IsInner([.. new byte[40], .. Hex("0800 0000"), .. Decoded.Inner], InfiniBand);

    [Fact]
    public void Decode_MplsLink_IsIp() => Decoded.IsInner(Hex("000101FF", Decoded.Inner), Mpls, "mpls");

    [Fact]
    public void Decode_UnknownLinkType_SaysSo() => Assert.Equal(FrameStatus.UnknownLink, Decoded.Of(Decoded.Inner, 9999).Status);

    [Fact]
    public void Decode_ShorterThanItsLinkHeader_IsTruncated()
    {
        foreach (var linkType in (ushort[])[1, Null, Fddi, Sll, Sll2, PppHdlc, PppEther, CiscoHdlc, Raw, Nflog, TokenRing, FrameRelay,
            FrameRelayDirected, PppDirected, Encryption, PacketFilter, Juniper, Erf, NetAnalyzer, InfiniBand, PacketTap])
            Assert.Equal((linkType, FrameStatus.Truncated), (linkType, Decoded.Of([], linkType).Status));
    }
}
