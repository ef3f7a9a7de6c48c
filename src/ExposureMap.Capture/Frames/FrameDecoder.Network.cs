using System.Buffers.Binary;
using ExposureMap.Graph.Observation;
using PacketDotNet;

namespace ExposureMap.Capture.Frames;

/// <content>IPv4 (RFC 791), IPv6 (RFC 8200) and the transports.</content>
public static partial class FrameDecoder
{
    private const int IPv4MinimumHeader = 20;
    private const int IPv6Header = 40;
    private const int TcpMinimumHeader = 20;                      // RFC 9293 section 3.1
    private const int UdpHeader = 8;                              // RFC 768
    private const int SctpHeader = 12;                            // RFC 9260 section 3.1
    private const int PortsLength = 4;

    // IANA protocol numbers that PacketDotNet has no name for.
    // RFC 8200 section 4.7: the packet ends here, as Teredo's bubbles do (RFC 4380 section 2.8)
    private const byte NoNextHeader = 59;
    private const byte Mobility = 135, HostIdentity = 139, Shim6 = 140, StreamControl = 132, EtherIpProtocol = 97, MplsInIp = 137;

    private static Layer IPv4(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int TotalLength = 2, Identification = 4, Flags = 6, TimeToLive = 8, Protocol = 9, Source = 12, Target = 16;
        if (!Has(frame, IPv4MinimumHeader)) return Cut(ref frame);
        var header = octets[frame.At..];
        var headerLength = (header[0] & 0xF) * 4;
        if (header[0] >> 4 != 4 || headerLength < IPv4MinimumHeader) return Cut(ref frame);

        int total = Word(header, TotalLength);
        if (total == 0) total = frame.End - frame.At;             // segmentation offload leaves it 0
        if (total < headerLength || !Has(frame, headerLength)) return Cut(ref frame);
        frame.IpVersion = 4;
        frame.Status = FrameStatus.Network;
        frame.Source = new(0, Long(header, Source));
        frame.Target = new(0, Long(header, Target));
        frame.IpProtocol = header[Protocol];
        frame.TimeToLive = header[TimeToLive];
        frame.Identification = Word(header, Identification);
        frame.IpLength = total;
        Bound(ref frame, total);
        frame.At += headerLength;
        SetPayload(ref frame, total - headerLength);

        var flags = Word(header, Flags);
        return IsFragment(ref frame, (flags & 0x1FFF) * 8, (flags & 0x2000) != 0) ? Layer.Done : Layer.Transport;
    }

    private static Layer IPv6(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int PayloadLength = 4, NextHeader = 6, HopLimit = 7, Source = 8, Target = 24, MaximumExtensions = 32;
        if (!Has(frame, IPv6Header)) return Cut(ref frame);
        var header = octets[frame.At..];
        if (header[0] >> 4 != 6) return Cut(ref frame);
        frame.IpVersion = 6;
        frame.Status = FrameStatus.Network;
        frame.Source = Address.NumberOf(header[Source..]);
        frame.Target = Address.NumberOf(header[Target..]);
        frame.IpProtocol = header[NextHeader];
        frame.TimeToLive = header[HopLimit];
        frame.Identification = 0;
        int length = Word(header, PayloadLength);
        if (length == 0) length = frame.End - frame.At - IPv6Header;   // jumbogram (RFC 2675) or offload
        frame.IpLength = length + IPv6Header;
        Bound(ref frame, frame.IpLength);
        var end = frame.At + frame.IpLength;                      // by the header; may lie beyond what was captured
        frame.At += IPv6Header;

        for (var extension = 0; extension < MaximumExtensions; extension++)
        {
            SetPayload(ref frame, Math.Max(0, end - frame.At));
            switch (ExtensionHeader(octets, ref frame))
            {
                case Extension.None: return Layer.Transport;
                case Extension.Last: return Layer.Done;
                case Extension.Cut: return Cut(ref frame);
            }
        }

        frame.Status = FrameStatus.TooDeep;
        return Layer.Done;
    }

    private enum Extension { None, Skipped, Last, Cut }

    /// <summary>RFC 8200 section 4; AH is measured in units of 4 octets (RFC 4302 section 2.2), the others in units of 8.</summary>
    private static Extension ExtensionHeader(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        switch (frame.IpProtocol)
        {
            case (byte)ProtocolType.IPv6HopByHopOptions or (byte)ProtocolType.IPv6RoutingHeader or (byte)ProtocolType.IPv6DestinationOptions
                or Mobility or HostIdentity or Shim6 or (byte)ProtocolType.IPSecAuthenticationHeader:
                if (!Has(frame, 8)) return Extension.Cut;
                var isAuthentication = frame.IpProtocol == (byte)ProtocolType.IPSecAuthenticationHeader;
                var length = isAuthentication ? (octets[frame.At + 1] + 2) * 4 : (octets[frame.At + 1] + 1) * 8;
                if (!Has(frame, length)) return Extension.Cut;
                frame.IpProtocol = octets[frame.At];
                frame.At += length;
                return Extension.Skipped;
            case (byte)ProtocolType.IPv6FragmentHeader:
                if (!Has(frame, 8)) return Extension.Cut;
                var offsetAndFlags = Word(octets, frame.At + 2);
                frame.IpProtocol = octets[frame.At];
                frame.Identification = Long(octets, frame.At + 4);
                frame.At += 8;
                SetPayload(ref frame, frame.WirePayloadLength - 8);
                return IsFragment(ref frame, offsetAndFlags & 0xFFF8, (offsetAndFlags & 1) != 0) ? Extension.Last : Extension.Skipped;
            default:
                return Extension.None;
        }
    }

    /// <summary>Trailers behind the packet (Ethernet padding) are not part of it; a packet longer than the capture is cut.</summary>
    private static void Bound(ref Frame frame, int total)
    {
        if (frame.At + (long)total > frame.End) frame.IsCut = true;
        else frame.End = frame.At + total;
    }

    private static bool IsFragment(ref Frame frame, int offset, bool more)
    {
        if (offset == 0 && !more) return false;
        frame.FragmentOffset = offset;
        frame.MoreFragments = more;
        frame.Status = FrameStatus.Fragment;
        return true;
    }

    private static Layer AfterIpProtocol(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        switch (frame.IpProtocol)
        {
            case (byte)ProtocolType.Tcp: return Tcp(octets, ref frame);
            case (byte)ProtocolType.Udp: return Udp(octets, ref frame);
            case StreamControl: return Sctp(octets, ref frame);
            case (byte)ProtocolType.IPv4: return InnerIp(ref frame, Layer.IPv4);
            case (byte)ProtocolType.IPv6: return InnerIp(ref frame, Layer.IPv6);
            case (byte)ProtocolType.Gre: return Layer.Gre;
            case (byte)ProtocolType.IPSecAuthenticationHeader when frame.IpVersion == 4: return AuthenticationHeader(octets, ref frame);
            case EtherIpProtocol: return Layer.EtherIp;
            case MplsInIp: return Layer.Mpls;
            default: return Layer.Done;
        }
    }

    /// <summary>RFC 2003 and RFC 4213: IP directly in IP.</summary>
    private static Layer InnerIp(ref Frame frame, Layer version)
    {
        frame.Scope.Add(Wrapping.IpInIp);
        return version;
    }

    private static Layer AuthenticationHeader(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (ExtensionHeader(octets, ref frame) != Extension.Skipped) return Cut(ref frame);
        SetPayload(ref frame, Math.Max(0, frame.WirePayloadLength - (frame.At - frame.PayloadOffset)));
        return Layer.Transport;
    }

    private static bool Ports(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, PortsLength)) return false;
        frame.SourcePort = Word(octets, frame.At);
        frame.TargetPort = Word(octets, frame.At + 2);
        frame.Status = FrameStatus.Transport;
        return true;
    }

    private static Layer Tcp(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int Sequence = 4, Acknowledgment = 8, DataOffset = 12, Flags = 13, Window = 14;
        if (!Ports(octets, ref frame)) return Cut(ref frame);
        var wire = frame.WirePayloadLength;
        if (!Has(frame, TcpMinimumHeader)) return CutHeader(ref frame);
        var header = octets[frame.At..];
        frame.Sequence = Long(header, Sequence);
        frame.Acknowledgment = Long(header, Acknowledgment);
        frame.TcpFlags = (TcpFlags)(header[Flags] & 0x3F);
        frame.Window = Word(header, Window);
        var length = (header[DataOffset] >> 4) * 4;
        if (length < TcpMinimumHeader || !Has(frame, length)) return CutHeader(ref frame);
        frame.At += length;
        SetPayload(ref frame, Math.Max(0, wire - length));
        return Layer.Done;
    }

    /// <summary>The ports are known, the rest of the header is not all there: no payload can be told.</summary>
    private static Layer CutHeader(ref Frame frame)
    {
        frame.IsCut = true;
        frame.PayloadLength = frame.WirePayloadLength = 0;
        return Layer.Done;
    }

    private static Layer Udp(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Ports(octets, ref frame)) return Cut(ref frame);
        var wire = frame.WirePayloadLength;
        if (!Has(frame, UdpHeader)) return CutHeader(ref frame);
        int length = Word(octets, frame.At + 4);
        if (length == 0) length = wire;                           // jumbogram, RFC 2675 section 4
        if (length < UdpHeader) return CutHeader(ref frame);
        frame.At += UdpHeader;
        SetPayload(ref frame, Math.Min(length, wire) - UdpHeader);
        frame.End = frame.At + frame.PayloadLength;
        return UdpTunnel(octets, ref frame);
    }

    /// <summary>The payload of the first DATA chunk (RFC 9260 section 3.3.1), if the packet has one.</summary>
    private static Layer Sctp(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int ChunkHeader = 4, DataHeader = 16, MaximumChunks = 16;
        if (!Ports(octets, ref frame)) return Cut(ref frame);
        if (!Has(frame, SctpHeader)) return CutHeader(ref frame);
        frame.At += SctpHeader;
        for (var chunk = 0; chunk < MaximumChunks && Has(frame, ChunkHeader); chunk++)
        {
            int length = Word(octets, frame.At + 2);
            if (length < ChunkHeader) break;
            if (octets[frame.At] == 0 && length >= DataHeader && Has(frame, DataHeader))
            {
                frame.At += DataHeader;
                SetPayload(ref frame, length - DataHeader);
                return Layer.Done;
            }

            frame.At = Math.Min(frame.End, frame.At + ((length + 3) & ~3));
        }

        SetPayload(ref frame, 0);
        return Layer.Done;
    }
}
