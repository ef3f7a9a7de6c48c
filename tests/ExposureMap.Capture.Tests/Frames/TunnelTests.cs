using ExposureMap.Capture.Frames;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Frames;

/// <summary>Tags and tunnels: the inner packet is found, its scope names what it was wrapped in.</summary>
public sealed class TunnelTests
{
    private const ProtocolType IpInIp = ProtocolType.IPv4, SixInFour = ProtocolType.IPv6, EtherIp = (ProtocolType)97, MplsInIp = (ProtocolType)137;

    private static byte[] Carried(ProtocolType protocol, byte[] payload) => Ethernet(0x0800, IPv4(protocol, payload, "192.0.2.1", "192.0.2.2"));

    private static byte[] CarriedUdp(ushort port, byte[] payload) => Carried(ProtocolType.Udp, Udp(50000, port, payload));

    private static byte[] InnerFrame => Ethernet(0x0800, Decoded.Inner, from: 7, to: 8);

    /// <summary>IEEE 802.1Q clause 9.6; the tag's VLAN id is its lowest 12 bits.</summary>
    [Fact]
    public void Decode_Vlan_IsInTheScope() => Decoded.IsInner(Ethernet(0x8100, Hex("E00A 0800", Decoded.Inner)), vlan: 10);

    [Theory]
    [InlineData(0x88A8)]                                          // IEEE 802.1ad
    [InlineData(0x9100)]
    [InlineData(0x9200)]
    [InlineData(0x8100)]
    public void Decode_QinQ_HasBothVlans(int type) =>
        Decoded.IsInner(Ethernet((ushort)type, Hex("0064 8100 00C8 86DD", Decoded.InnerSix)), vlan: 100, innerVlan: 200);

    [Fact]
    public void Decode_VlanWithLlcLength_ReadsSnap() =>
        Decoded.IsInner(Ethernet(0x8100, Hex($"000A {Decoded.Inner.Length + 8:X4} AAAA03 000000 0800", Decoded.Inner)), vlan: 10);

    /// <summary>RFC 2516 section 4: the length bounds the packet.</summary>
    [Fact]
    public void Decode_Pppoe_NamesItsSession() =>
        Decoded.IsInner([.. Ethernet(0x8864, Hex($"11 00 1234 {Decoded.Inner.Length + 2:X4} 0021", Decoded.Inner)), .. new byte[8]],
            tunnel: "pppoe 4660");

    /// <summary>RFC 3032 section 2.1. Labels differ per direction and are not in the scope.</summary>
    [Theory]
    [InlineData("00064 1 FF")]
    [InlineData("00064 0 FF 000C8 1 FE")]
    public void Decode_Mpls_StripsTheStack(string labels) => Decoded.IsInner(Ethernet(0x8847, Hex(labels, Decoded.Inner)), tunnel: "mpls");

    /// <summary>RFC 4385 section 3: a control word of zeros before the frame of a pseudowire.</summary>
    [Fact]
    public void Decode_MplsPseudowire_HasTheInnerMacs() =>
        Assert.Equal(7UL, Decoded.IsInner(Ethernet(0x8847, Hex("00064 1 FF 00000000", InnerFrame)), tunnel: "mpls").SourceMac & 0xFF);

    [Fact]
    public void Decode_IpInIp_IsNamed() => Decoded.IsInner(Carried(IpInIp, Decoded.Inner), tunnel: "ipip");

    [Fact]
    public void Decode_SixInFour_IsNamed() => Decoded.IsInner(Carried(SixInFour, Decoded.InnerSix), tunnel: "ipip");

    /// <summary>RFC 2784 and RFC 2890: C, K and S bits each add four octets.</summary>
    [Theory]
    [InlineData("0000 0800", "gre")]
    [InlineData("8000 0800 1234 0000", "gre")]
    [InlineData("2000 0800 0000002A", "gre 42")]
    [InlineData("1000 0800 00000001", "gre")]
    [InlineData("B000 0800 1234 0000 0000002A 00000001", "gre 42")]
    public void Decode_Gre_SkipsItsOptionalFields(string header, string tunnel) =>
        Decoded.IsInner(Carried(ProtocolType.Gre, Hex(header, Decoded.Inner)), tunnel: tunnel);

    [Fact]
    public void Decode_GreBridging_HasTheInnerMacs() =>
        Assert.Equal(7UL, Decoded.IsInner(Carried(ProtocolType.Gre, Hex("0000 6558", InnerFrame)), tunnel: "gre").SourceMac & 0xFF);

    /// <summary>RFC 2637 section 4.1: version 1 has a call id in place of the key, which differs per direction.</summary>
    [Fact]
    public void Decode_PptpGre_IsPpp() =>
        Decoded.IsInner(Carried(ProtocolType.Gre, Hex($"3081 880B {Decoded.Inner.Length + 4:X4} 0001 00000001 00000001 FF03 0021", Decoded.Inner)),
            tunnel: "gre");

    /// <summary>RFC 1701's source routes are not walked: the carrier is a conversation of its own.</summary>
    [Fact]
    public void Decode_GreWithRouting_StaysWithTheCarrier()
    {
        var frame = Decoded.Of(Carried(ProtocolType.Gre, Hex("4000 0800 0000 0000", Decoded.Inner)));

        Assert.Equal((FrameStatus.Network, "192.0.2.1", (byte)47), (frame.Status, frame.SourceAddress.ToString(), frame.IpProtocol));
    }

    /// <summary>draft-foschiano-erspan-03 section 4: type I has no header, II has 8 octets, III has 12 and an optional 8 of the platform.</summary>
    [Theory]
    [InlineData("0000 88BE", "gre/erspan")]
    [InlineData("1000 88BE 00000001 1001 000A 00000000", "gre/erspan 10")]
    [InlineData("1000 22EB 00000001 2001 000A 00000000 0000 0000", "gre/erspan 10")]
    [InlineData("1000 22EB 00000001 2001 000A 00000000 0000 0001 0000000000000000", "gre/erspan 10")]
    public void Decode_Erspan_IsTheMirroredFrame(string header, string tunnel) =>
        Assert.Equal(7UL, Decoded.IsInner(Carried(ProtocolType.Gre, Hex(header, InnerFrame)), tunnel: tunnel).SourceMac & 0xFF);

    /// <summary>An ARP that a mirror brings by ERSPAN is a frame between two MACs, not something that the mirror's own addresses said.</summary>
    [Fact]
    public void Decode_ErspanWithArp_IsALinkFrame()
    {
        var arp = Ethernet(0x0806, Hex("0001 0800 06 04 0001 020000000007 0A000001 000000000000 0A000002"), from: 7, to: 8);
        var frame = Decoded.Of(Carried(ProtocolType.Gre, Hex("1000 88BE 00000001 1001 000A 00000000", arp)));

        Assert.Equal((FrameStatus.Link, (byte)0, (ushort)0x0806), (frame.Status, frame.IpVersion, frame.EtherType));
        Assert.Equal("02:00:00:00:00:07", frame.SourceAddress.ToString());
    }

    /// <summary>RFC 7348 section 5.</summary>
    [Fact]
    public void Decode_Vxlan_NamesItsNetwork()
    {
        var frame = Decoded.IsInner(CarriedUdp(4789, Hex("08000000 00002A 00", InnerFrame)), tunnel: "vxlan 42");

        Assert.Equal("vxlan 42", frame.Scope.Overlay);
    }

    /// <summary>draft-ietf-nvo3-vxlan-gpe section 3.2: P bit, next protocol 1 is IPv4.</summary>
    [Fact]
    public void Decode_VxlanGpe_FollowsTheNextProtocol() =>
        Decoded.IsInner(CarriedUdp(4790, Hex("0C000001 00002A 00", Decoded.Inner)), tunnel: "vxlan 42");

    /// <summary>RFC 8926 section 3.4: options in units of 4 octets.</summary>
    [Theory]
    [InlineData("00 00 6558 00002A 00")]
    [InlineData("02 00 6558 00002A 00 0102 80 01 DEADBEEF")]
    public void Decode_Geneve_SkipsItsOptions(string header) => Decoded.IsInner(CarriedUdp(6081, Hex(header, InnerFrame)), tunnel: "geneve 42");

    /// <summary>
    /// 3GPP TS 29.281 section 5.1: version 1, protocol type 1, G-PDU; with S four more octets; with E a chain of extension headers.
    /// </summary>
    [Theory]
    [InlineData("30 FF {0} 00000001", 0)]
    [InlineData("32 FF {0} 00000001 0007 00 00", 4)]
    [InlineData("34 FF {0} 00000001 0000 00 85 01 1000 00", 8)]
    public void Decode_Gtp_SkipsItsOptionalFields(string header, int optional)
    {
        var length = (Decoded.Inner.Length + optional).ToString("X4", System.Globalization.CultureInfo.InvariantCulture);

        Decoded.IsInner(CarriedUdp(2152, Hex(header.Replace("{0}", length, StringComparison.Ordinal), Decoded.Inner)), tunnel: "gtp");
    }

    /// <summary>RFC 4380 section 5.1.1.</summary>
    [Fact]
    public void Decode_Teredo_IsNamed() => Decoded.IsInner(CarriedUdp(3544, Decoded.InnerSix), tunnel: "teredo");

    /// <summary>RFC 4380 section 2.8: a bubble has no payload; a ping in the tunnel has, and is the frame.</summary>
    [Fact]
    public void Decode_TeredoBubble_IsItsCarrier()
    {
        var bubble = Hex("60000000 0000 3B 15 FE800000000000000000000000000001 FE800000000000000000000000000002");
        var ping = Hex("60000000 0008 3A 15 20010000000000000000000000000001 20010000000000000000000000000002 8000 0000 0001 0001");

        var outer = Decoded.Of(CarriedUdp(3544, bubble));
        var inner = Decoded.Of(CarriedUdp(3544, ping));

        Assert.Equal((FrameStatus.Transport, 4, (ushort)3544, true), (outer.Status, outer.IpVersion, outer.TargetPort, outer.Scope.IsEmpty));
        Assert.Equal((FrameStatus.Network, 6, (byte)58), (inner.Status, inner.IpVersion, inner.IpProtocol));
    }

    /// <summary>RFC 2661 section 3.1: the shortest header; length and sequence numbers; an offset.</summary>
    [Theory]
    [InlineData("0002 0007 0009 FF03 0021")]
    [InlineData("4802 0050 0007 0009 0001 0000 0021")]
    [InlineData("0202 0007 0009 0003 000000 0021")]
    public void Decode_L2tp_SkipsItsOptionalFields(string header) => Decoded.IsInner(CarriedUdp(1701, Hex(header, Decoded.Inner)), tunnel: "l2tp");

    /// <summary>RFC 3378 section 2: version 3, then a frame.</summary>
    [Fact]
    public void Decode_EtherIp_HasTheInnerMacs() => Assert.Equal(7UL, Decoded.IsInner(Carried(EtherIp, Hex("3000", InnerFrame))).SourceMac & 0xFF);

    [Fact]
    public void Decode_MplsInIp_StripsTheStack() => Decoded.IsInner(Carried(MplsInIp, Hex("00064 1 FF", Decoded.Inner)), tunnel: "mpls");

    /// <summary>RFC 8300 section 2: length in units of 4, next protocol 1 is IPv4.</summary>
    [Fact]
    public void Decode_Nsh_NamesItsPath() => Decoded.IsInner(Ethernet(0x894F, Hex("0FC2 01 01 000005 FF", Decoded.Inner)), tunnel: "nsh 5");

    /// <summary>IEEE 802.1ah: flags and I-SID, then the customer's frame.</summary>
    [Fact]
    public void Decode_ProviderBackbone_NamesItsService() => Decoded.IsInner(Ethernet(0x88E7, Hex("00 00002A", InnerFrame)), tunnel: "pbb 42");

    [Fact]
    public void Decode_TunnelsInTunnels_AreAllNamed() =>
        Decoded.IsInner(
            Carried(ProtocolType.Gre, Hex("1000 88BE 00000001 1001 000A 00000000", CarriedUdp(4789, Hex("08000000 00002A 00", InnerFrame)))),
            tunnel: "gre/erspan 10/vxlan 42");

    /// <summary>What comes to a tunnel's port but holds no tunnel stays a datagram to that port.</summary>
    [Theory]
    [InlineData(4789, "00000000 00000000 00")]
    [InlineData(4789, "08000000 00002A00 0102030405060708090A0B0C 88CC 0000")]   // LLDP inside: nothing with ports
    [InlineData(6081, "C0000000 00000000 00")]
    [InlineData(2152, "32 01 0004 00000000 0000 0000")]           // echo request
    [InlineData(3544, "0001 0000")]
    [InlineData(1701, "C802 000C 0007 0000 0001 0001")]           // control message
    public void Decode_NoTunnelOnItsPort_IsAPlainDatagram(int port, string payload)
    {
        var frame = Decoded.Of(CarriedUdp((ushort)port, Hex(payload)));

        Assert.Equal((FrameStatus.Transport, "192.0.2.2", port), (frame.Status, frame.TargetAddress.ToString(), frame.TargetPort));
        Assert.Equal("", frame.Scope.Tunnel);
    }
}
