using System.Buffers.Binary;
using PacketDotNet;

namespace ExposureMap.Capture.Frames;

/// <content>Link layers: what a capture's link type begins with.</content>
public static partial class FrameDecoder
{
    private const int EthernetHeader = 14;                        // IEEE 802.3 clause 3.1.1: target, source, type or length
    private const int MacLength = 6;
    private const int CookedHeader = 16;                          // LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address (8), protocol
    // LINKTYPE_LINUX_SLL2: protocol, reserved, interface, ARPHRD, type, length, address (8)
    private const int Cooked2Header = 20;
    private const int FddiHeader = 13;                            // frame control, target, source (RFC 1390)
    private const int LlcHeader = 3;                              // DSAP, SSAP, control (IEEE 802.2)
    private const int SnapHeader = 8;                             // AA AA 03, OUI (3), protocol (2) (RFC 1042)
    private const int NflogHeader = 4;                            // family, version, resource id
    private const ushort NflogPayload = 9;                        // NFULA_PAYLOAD

    private static Layer FirstLayer(ushort linkType) => linkType switch
    {
        (ushort)LinkLayers.Ethernet => Layer.Ethernet,
        (ushort)LinkLayers.Null or (ushort)LinkLayers.Loop => Layer.Loopback,
        (ushort)LinkLayers.Ppp or 50 => Layer.PppHdlc,             // 50: LINKTYPE_PPP_HDLC
        (ushort)LinkLayers.Fddi => Layer.Fddi,
        12 or 14 or (ushort)LinkLayers.Raw => Layer.Raw,          // DLT_RAW differs between systems: 12, 14 (OpenBSD), 101
        228 => Layer.IPv4,                                        // LINKTYPE_IPV4
        229 => Layer.IPv6,                                        // LINKTYPE_IPV6
        51 => Layer.Pppoe,                                        // LINKTYPE_PPP_ETHER
        104 => Layer.CiscoHdlc,                                   // LINKTYPE_C_HDLC
        105 => Layer.Wireless,                                    // LINKTYPE_IEEE802_11
        127 => Layer.Radiotap,                                    // LINKTYPE_IEEE802_11_RADIOTAP
        192 => Layer.Ppi,                                         // LINKTYPE_PPI
        (ushort)LinkLayers.LinuxSll => Layer.Cooked,
        (ushort)LinkLayers.LinuxSll2 => Layer.Cooked2,
        239 => Layer.Nflog,                                       // LINKTYPE_NFLOG
        6 => Layer.TokenRing,                                     // LINKTYPE_IEEE802_5
        100 => Layer.Llc,                                         // LINKTYPE_ATM_RFC1483
        107 => Layer.FrameRelay,                                  // LINKTYPE_FRELAY
        204 or 205 => Layer.Directed,                             // LINKTYPE_PPP_WITH_DIR, LINKTYPE_C_HDLC_WITH_DIR
        206 => Layer.DirectedRelay,                               // LINKTYPE_FRELAY_WITH_DIR
        109 => Layer.Encryption,                                  // LINKTYPE_ENC: IPsec on a BSD
        117 => Layer.PacketFilter,                                // LINKTYPE_PFLOG
        178 => Layer.Juniper,                                     // LINKTYPE_JUNIPER_ETHER
        197 => Layer.Erf,                                         // LINKTYPE_ERF
        219 => Layer.Mpls,                                        // LINKTYPE_MPLS
        240 => Layer.NetAnalyzer,                                 // LINKTYPE_NETANALYZER
        241 => Layer.NetAnalyzerTransparent,                      // LINKTYPE_NETANALYZER_TRANSPARENT
        242 => Layer.InfiniBand,                                  // LINKTYPE_IPOIB
        258 => Layer.PacketTap,                                   // LINKTYPE_PKTAP
        _ => Layer.UnknownLink,
    };

    private static Layer Ethernet(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, EthernetHeader)) return Cut(ref frame);
        if (frame.IpVersion != 0) LeaveIp(ref frame);
        var header = octets[frame.At..];
        frame.TargetMac = Mac(header);
        frame.SourceMac = Mac(header[MacLength..]);
        frame.HasMacs = true;
        frame.At += EthernetHeader;
        return EtherTypeOrLength(ref frame, Word(header, 2 * MacLength));
    }

    /// <summary>A frame inside a packet: the addresses outside are the tunnel's, and nobody's inside.</summary>
    private static void LeaveIp(ref Frame frame)
    {
        frame.IpVersion = frame.IpProtocol = frame.TimeToLive = 0;
        frame.Identification = 0;
        (frame.Source, frame.Target) = (default, default);
        (frame.SourcePort, frame.TargetPort, frame.IpLength) = (0, 0, 0);
    }

    private static ulong Mac(ReadOnlySpan<byte> octets) => (ulong)Word(octets, 0) << 32 | Long(octets, 2);

    /// <summary>IEEE 802.3 clause 3.2.6: up to 1500 a length, from 0x0600 a type.</summary>
    private static Layer EtherTypeOrLength(ref Frame frame, ushort value)
    {
        frame.Status = FrameStatus.Link;
        if (value >= EtherTypes.Minimum) return TypeIs(ref frame, value);
        frame.EtherType = 0;
        frame.End = Math.Min(frame.End, frame.At + value);
        return Layer.Llc;
    }

    private static Layer TypeIs(ref Frame frame, ushort etherType)
    {
        frame.EtherType = etherType;
        return Layer.EtherType;
    }

    private static Layer AfterEtherType(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        switch (frame.EtherType)
        {
            case EtherTypes.IPv4: return Layer.IPv4;
            case EtherTypes.IPv6: return Layer.IPv6;
            case EtherTypes.Vlan or EtherTypes.ServiceVlan or EtherTypes.OldQinQ or EtherTypes.OlderQinQ: return Vlan(octets, ref frame);
            case EtherTypes.PppoeSession: return Layer.Pppoe;
            case EtherTypes.Mpls or EtherTypes.MplsMulticast: return Layer.Mpls;
            case EtherTypes.TransparentBridging: return Layer.Ethernet;
            case EtherTypes.Ppp: return Layer.Ppp;
            case EtherTypes.ErspanIII: return Layer.ErspanIII;
            case EtherTypes.ProviderBackboneBridging: return Layer.Pbb;
            case EtherTypes.FabricPath: return Layer.FabricPath;
            case EtherTypes.VnTag: return Layer.VnTag;
            case EtherTypes.BridgePortExtension: return Layer.PortExtension;
            case EtherTypes.Nsh: return Layer.Nsh;
            default:
                SetPayload(ref frame, frame.End - frame.At);
                return Layer.Done;
        }
    }

    /// <summary>
    /// IEEE 802.1Q clause 9.6: priority (3), DEI (1), VLAN id (12), then a type again. Id 0 is a priority only, which one side may send and the other
    /// not.
    /// </summary>
    private static Layer Vlan(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, 4)) return Cut(ref frame);
        if ((Word(octets, frame.At) & 0x0FFFu) is not 0 and var id) frame.Scope.Add(Wrapping.Vlan, id);
        frame.At += 4;
        return EtherTypeOrLength(ref frame, Word(octets, frame.At - 2));
    }

    /// <summary>IEEE 802.2, with RFC 1042 SNAP for EtherTypes inside. Everything else keeps EtherType 0 and its payload from the DSAP on.</summary>
    private static Layer Llc(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const ulong SnapWithEtherType = 0xAAAA03000000;
        const ushort IpSap = 0x0606;
        frame.Status = FrameStatus.Link;
        if (Has(frame, SnapHeader) && Mac(octets[frame.At..]) == SnapWithEtherType)
        {
            frame.At += SnapHeader;
            return TypeIs(ref frame, Word(octets, frame.At - 2));
        }

        if (Has(frame, LlcHeader) && Word(octets, frame.At) == IpSap)
        {
            frame.At += LlcHeader;
            return Layer.IPv4;
        }

        SetPayload(ref frame, frame.End - frame.At);
        return Layer.Done;
    }

    /// <summary>
    /// LINKTYPE_NULL and LINKTYPE_LOOP: an address family of 4 octets in the writer's byte order (AF_INET 2; AF_INET6 10, 24, 28 or 30), then IP.
    /// </summary>
    private static Layer Loopback(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, 4)) return Cut(ref frame);
        var family = Long(octets, frame.At);
        if (family > ushort.MaxValue) family = BinaryPrimitives.ReverseEndianness(family);
        frame.At += 4;
        frame.Status = FrameStatus.Link;
        if (family is 2 or 10 or 24 or 28 or 30) return Layer.Raw;
        SetPayload(ref frame, frame.End - frame.At);
        return Layer.Done;
    }

    private static Layer RawIp(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, 1)) return Cut(ref frame);
        frame.Status = FrameStatus.Link;
        switch (octets[frame.At] >> 4)
        {
            case 4:
                return Layer.IPv4;
            case 6:
                return Layer.IPv6;
            default:
                SetPayload(ref frame, frame.End - frame.At);
                return Layer.Done;
        }
    }

    private static Layer Cooked(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int AddressLength = 4, SourceAddress = 6, Protocol = 14;
        if (!Has(frame, CookedHeader)) return Cut(ref frame);
        var header = octets[frame.At..];
        if (Word(header, AddressLength) == MacLength) SourceOnly(header[SourceAddress..], ref frame);
        frame.At += CookedHeader;
        return EtherTypeOrLlc(ref frame, Word(header, Protocol));
    }

    private static Layer Cooked2(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int AddressLength = 11, SourceAddress = 12;
        if (!Has(frame, Cooked2Header)) return Cut(ref frame);
        var header = octets[frame.At..];
        if (header[AddressLength] == MacLength) SourceOnly(header[SourceAddress..], ref frame);
        frame.At += Cooked2Header;
        return EtherTypeOrLlc(ref frame, Word(header, 0));
    }

    private static void SourceOnly(ReadOnlySpan<byte> mac, ref Frame frame)
    {
        frame.SourceMac = Mac(mac);
        frame.HasMacs = true;
    }

    /// <summary>Cooked captures write 0x0004 (LINUX_SLL_P_802_2) for LLC.</summary>
    private static Layer EtherTypeOrLlc(ref Frame frame, ushort protocol)
    {
        frame.Status = FrameStatus.Link;
        return protocol == 4 ? Layer.Llc : TypeIs(ref frame, protocol);
    }

    /// <summary>RFC 1662 section 3.1: address FF, control 03 before the protocol. Cisco HDLC shares the link type and begins with 0F or 8F.</summary>
    private static Layer PppHdlc(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, 2)) return Cut(ref frame);
        return Word(octets, frame.At) switch
        {
            0xFF03 => Skip(octets, ref frame, 2, Layer.Ppp),
            0x0F00 or 0x8F00 => Layer.CiscoHdlc,
            _ => Layer.Ppp,
        };
    }

    private static Layer CiscoHdlc(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, 4)) return Cut(ref frame);
        frame.At += 4;
        frame.Status = FrameStatus.Link;
        return TypeIs(ref frame, Word(octets, frame.At - 2));
    }

    private static Layer Fddi(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, FddiHeader)) return Cut(ref frame);
        frame.TargetMac = Mac(octets[(frame.At + 1)..]);
        frame.SourceMac = Mac(octets[(frame.At + 1 + MacLength)..]);
        frame.HasMacs = true;
        frame.At += FddiHeader;
        return Layer.Llc;
    }

    /// <summary>LINKTYPE_NFLOG: attributes of (length, type) in the writer's byte order, padded to 4; the packet is one of them.</summary>
    private static Layer Nflog(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int MaximumAttributes = 32;
        if (!Has(frame, NflogHeader)) return Cut(ref frame);
        frame.At += NflogHeader;
        for (var attribute = 0; attribute < MaximumAttributes && Has(frame, 4); attribute++)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(octets[frame.At..]);
            if (length < 4) break;
            if (BinaryPrimitives.ReadUInt16LittleEndian(octets[(frame.At + 2)..]) == NflogPayload)
            {
                frame.End = Math.Min(frame.End, frame.At + length);
                frame.At += 4;
                return Layer.Raw;
            }

            frame.At = Math.Min(frame.End, frame.At + ((length + 3) & ~3));
        }

        return Cut(ref frame);
    }
}
