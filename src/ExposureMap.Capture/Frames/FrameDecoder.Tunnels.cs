using PacketDotNet;

namespace ExposureMap.Capture.Frames;

/// <content>What packets are wrapped in: tags, tunnels, and the tunnels that mirrors use.</content>
public static partial class FrameDecoder
{
    private const int EtherIpHeader = 2;                          // RFC 3378 section 2
    private const int PppoeHeader = 6;                            // RFC 2516 section 4: version/type, code, session id, length
    private const int VxlanHeader = 8;                            // RFC 7348 section 5
    private const int GeneveHeader = 8;                           // RFC 8926 section 3.4
    private const int GtpHeader = 8;                              // 3GPP TS 29.281 section 5.1
    private const int L2tpHeader = 6;                             // RFC 2661 section 3.1: flags and version, tunnel and session
    private const ushort L2tpKind = 0x800F, L2tpData = 0x0002;    // a control message or not, the version
    private const int ErspanIIHeader = 8, ErspanIIIHeader = 12, ErspanIIIPlatform = 8;   // draft-foschiano-erspan-03 section 4

    private const ushort VxlanPort = 4789, VxlanGpePort = 4790, GenevePort = 6081, GtpUserPort = 2152, MplsPort = 6635,
        TeredoPort = 3544, L2tpPort = 1701;

    private static Layer UdpTunnel(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        var payload = octets[frame.At..frame.End];
        return frame.TargetPort switch
        {
            VxlanPort when payload.Length > VxlanHeader && (payload[0] & 0x08) != 0 => Layer.Vxlan,
            VxlanGpePort when payload.Length > VxlanHeader && (payload[0] & 0x0C) == 0x0C => Layer.VxlanGpe,
            GenevePort when payload.Length > GeneveHeader && payload[0] >> 6 == 0 => Layer.Geneve,
            GtpUserPort when payload.Length > GtpHeader && payload[0] >> 4 == 3 && payload[1] == 0xFF => Layer.Gtp,
            MplsPort when payload.Length > 4 => Layer.Mpls,
            L2tpPort when payload.Length > L2tpHeader && (Word(payload, 0) & L2tpKind) == L2tpData => Layer.L2tp,
            _ when IsCapwapData(payload, frame) => Layer.Capwap,
            _ when (frame.TargetPort == TeredoPort || frame.SourcePort == TeredoPort) && payload.Length >= IPv6Header && payload[0] >> 4 == 6 =>
                Layer.Teredo,
            _ => Layer.Done,
        };
    }

    /// <summary>RFC 4380 section 5.1.1, without the optional authentication and origin indications.</summary>
    private static Layer Teredo(ref Frame frame)
    {
        frame.Scope.Add(Wrapping.Teredo);
        return Layer.IPv6;
    }

    /// <summary>
    /// RFC 2661 section 3.1: with L a length, with S two sequence numbers, with O an offset and as much padding; then PPP. The ids differ per
    /// direction.
    /// </summary>
    private static Layer L2tp(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int HasLength = 0x4000, HasSequence = 0x0800, HasOffset = 0x0200;
        var flags = Word(octets, frame.At);
        var length = L2tpHeader + ((flags & HasLength) != 0 ? 2 : 0) + Field(flags, HasSequence);
        if ((flags & HasOffset) != 0)
        {
            if (!Has(frame, length + 2)) return Cut(ref frame);
            length += 2 + Word(octets, frame.At + length);
        }

        frame.Scope.Add(Wrapping.L2tp);
        return Skip(octets, ref frame, length, Layer.Ppp);
    }

    private static Layer Pppoe(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, PppoeHeader)) return Cut(ref frame);
        frame.Scope.Add(Wrapping.Pppoe, Word(octets, frame.At + 2));
        frame.End = Math.Min(frame.End, frame.At + PppoeHeader + Word(octets, frame.At + 4));
        frame.At += PppoeHeader;
        return Layer.Ppp;
    }

    /// <summary>RFC 1661 section 2: the protocol is one octet when its lowest bit is set (RFC 1661 section 6.5), else two.</summary>
    private static Layer Ppp(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const ushort PppIPv4 = 0x0021, PppIPv6 = 0x0057, PppMpls = 0x0281;
        if (!Has(frame, 2)) return Cut(ref frame);
        frame.Status = FrameStatus.Link;
        if (Word(octets, frame.At) == 0xFF03 && Has(frame, 4)) frame.At += 2;
        ushort protocol = octets[frame.At];
        if ((protocol & 1) != 0) frame.At++;
        else
        {
            protocol = Word(octets, frame.At);
            frame.At += 2;
        }

        switch (protocol)
        {
            case PppIPv4: return Layer.IPv4;
            case PppIPv6: return Layer.IPv6;
            case PppMpls: return Layer.Mpls;
            default:
                SetPayload(ref frame, frame.End - frame.At);
                return Layer.Done;
        }
    }

    /// <summary>RFC 3032 section 2.1: label, traffic class, bottom of stack, TTL. What follows is guessed from its first nibble (RFC 4928).</summary>
    private static Layer Mpls(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int Entry = 4, MaximumLabels = 16;
        frame.Scope.Add(Wrapping.Mpls);
        for (var label = 0; label < MaximumLabels && Has(frame, Entry + 1); label++)
        {
            var isBottom = (octets[frame.At + 2] & 1) != 0;
            frame.At += Entry;
            if (!isBottom) continue;
            switch (octets[frame.At] >> 4)
            {
                case 4: return Layer.IPv4;
                case 6: return Layer.IPv6;
                case 0: return Skip(octets, ref frame, Entry, Layer.Ethernet);        // pseudowire control word, RFC 4385 section 3
                case 1: SetPayload(ref frame, frame.End - frame.At); return Layer.Done; // associated channel, RFC 4385 section 5
                default: return Layer.Ethernet;
            }
        }

        return Cut(ref frame);
    }

    /// <summary>RFC 2784, RFC 2890; version 1 is PPTP's (RFC 2637 section 4.1).</summary>
    private static Layer Gre(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int Checksum = 0x8000, Routing = 0x4000, Key = 0x2000, SequenceNumber = 0x1000, AcknowledgmentNumber = 0x0080;
        if (!Has(frame, 4)) return Cut(ref frame);
        var flags = Word(octets, frame.At);
        var protocol = Word(octets, frame.At + 2);
        if ((flags & Routing) != 0 || (flags & 7) > 1) return Layer.Done;          // source routes (RFC 1701) are not walked
        var isPptp = (flags & 7) == 1;
        var keyAt = frame.At + 4 + ((flags & Checksum) != 0 ? 4 : 0);
        var length = keyAt - frame.At + Field(flags, Key) + Field(flags, SequenceNumber) + (isPptp ? Field(flags, AcknowledgmentNumber) : 0);
        if (!Has(frame, length)) return Cut(ref frame);
        frame.Scope.Add(Wrapping.Gre, (flags & Key) != 0 && !isPptp ? Long(octets, keyAt) : 0);
        frame.At += length;

        if (protocol == EtherTypes.ErspanII) return (flags & SequenceNumber) != 0 ? Layer.ErspanII : ErspanI(ref frame);
        frame.EtherType = protocol;
        return AfterEtherType(octets, ref frame) is var next && next == Layer.Done ? StayNetwork(ref frame) : next;
    }

    private static int Field(ushort flags, int bit) => (flags & bit) != 0 ? 4 : 0;

    private static Layer StayNetwork(ref Frame frame)
    {
        frame.Status = FrameStatus.Network;
        return Layer.Done;
    }

    /// <summary>Type I has no header: GRE without a sequence number, then the mirrored frame.</summary>
    private static Layer ErspanI(ref Frame frame)
    {
        frame.Scope.Add(Wrapping.Erspan);
        return Layer.Ethernet;
    }

    private static Layer ErspanII(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, ErspanIIHeader)) return Cut(ref frame);
        frame.Scope.Add(Wrapping.Erspan, Word(octets, frame.At + 2) & 0x03FFu);
        frame.At += ErspanIIHeader;
        return Layer.Ethernet;
    }

    private static Layer ErspanIII(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int FrameTypeOffset = 10, IpFrame = 2;
        if (!Has(frame, ErspanIIIHeader)) return Cut(ref frame);
        frame.Scope.Add(Wrapping.Erspan, Word(octets, frame.At + 2) & 0x03FFu);
        var frameType = Word(octets, frame.At + FrameTypeOffset) >> 10 & 0x1F;
        var hasPlatform = (octets[frame.At + ErspanIIIHeader - 1] & 1) != 0;
        return Skip(octets, ref frame, ErspanIIIHeader + (hasPlatform ? ErspanIIIPlatform : 0), frameType == IpFrame ? Layer.Raw : Layer.Ethernet);
    }

    private static Layer Vxlan(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        frame.Scope.Add(Wrapping.Vxlan, Long(octets, frame.At + 4) >> 8);
        frame.At += VxlanHeader;
        return Layer.Ethernet;
    }

    /// <summary>draft-ietf-nvo3-vxlan-gpe section 3.2: 1 IPv4, 2 IPv6, 3 Ethernet, 4 NSH.</summary>
    private static Layer VxlanGpe(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        frame.Scope.Add(Wrapping.Vxlan, Long(octets, frame.At + 4) >> 8);
        var next = octets[frame.At + 3];
        frame.At += VxlanHeader;
        return next switch { 1 => Layer.IPv4, 2 => Layer.IPv6, 4 => Layer.Nsh, _ => Layer.Ethernet };
    }

    private static Layer Geneve(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        var options = (octets[frame.At] & 0x3F) * 4;
        frame.Scope.Add(Wrapping.Geneve, Long(octets, frame.At + 4) >> 8);
        frame.EtherType = Word(octets, frame.At + 2);
        return Skip(octets, ref frame, GeneveHeader + options, Layer.EtherType);
    }

    /// <summary>G-PDU; with any of the E, S, PN flags four more octets and a chain of extension headers in units of 4 follow.</summary>
    private static Layer Gtp(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int OptionalFields = 4, MaximumExtensions = 8;
        var flags = octets[frame.At];
        frame.Scope.Add(Wrapping.Gtp);
        frame.At += GtpHeader;
        if ((flags & 7) == 0) return Layer.Raw;
        if (!Has(frame, OptionalFields)) return Cut(ref frame);
        frame.At += OptionalFields;
        for (var extension = 0; extension < MaximumExtensions && octets[frame.At - 1] != 0; extension++)
        {
            if (!Has(frame, 4)) return Cut(ref frame);
            var length = octets[frame.At] * 4;
            if (length == 0 || !Has(frame, length)) return Cut(ref frame);
            frame.At += length;
        }

        return Layer.Raw;
    }

    /// <summary>RFC 8300 section 2: base header with its length in units of 4, then the next protocol.</summary>
    private static Layer Nsh(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, 8)) return Cut(ref frame);
        var length = (octets[frame.At + 1] & 0x3F) * 4;
        var next = octets[frame.At + 3];
        if (length < 8) return Cut(ref frame);
        frame.Scope.Add(Wrapping.Nsh, Long(octets, frame.At + 4) >> 8);
        return Skip(octets, ref frame, length, next switch { 1 => Layer.IPv4, 2 => Layer.IPv6, 5 => Layer.Mpls, _ => Layer.Ethernet });
    }

    /// <summary>IEEE 802.1ah I-TAG: flags and I-SID (4), then the customer's whole Ethernet header.</summary>
    private static Layer Pbb(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, 4)) return Cut(ref frame);
        frame.Scope.Add(Wrapping.Pbb, Long(octets, frame.At) & 0x00FFFFFF);
        frame.At += 4;
        return Layer.Ethernet;
    }

    /// <summary>Cisco FabricPath: the tag's forwarding tree and TTL (2), then the original Ethernet frame.</summary>
    private static Layer FabricPath(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        frame.Scope.Add(Wrapping.FabricPath);
        return Skip(octets, ref frame, 2, Layer.Ethernet);
    }

    private static Layer Tag(ReadOnlySpan<byte> octets, ref Frame frame, Wrapping kind, int length)
    {
        if (!Has(frame, length + 2)) return Cut(ref frame);
        frame.Scope.Add(kind);
        frame.At += length + 2;
        return EtherTypeOrLength(ref frame, Word(octets, frame.At - 2));
    }
}
