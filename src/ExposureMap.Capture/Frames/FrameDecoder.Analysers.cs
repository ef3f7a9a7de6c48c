using System.Buffers.Binary;

namespace ExposureMap.Capture.Frames;

/// <content>What analysers, routers, firewalls and operating systems write before the frame that they saw.</content>
public static partial class FrameDecoder
{
    // Endace ERF types: timestamp (8), type, flags, record length (2), loss or colour (2), wire length (2)
    private const int ErfHeader = 16;
    private const int ErfExtension = 8;
    private const int ErfEthernetPadding = 2;                     // offset and padding before the MAC addresses
    private const int NetAnalyzerHeader = 4;                      // LINKTYPE_NETANALYZER: status, flags, length and kind (2, little-endian)
    private const int Preamble = 8;                               // IEEE 802.3 clause 3.1.1, with the start frame delimiter
    private const int JuniperHeader = 4;                          // "MGC", flags
    private const int PacketTapHeader = 108;                      // LINKTYPE_PKTAP: length (4), record type (4), link type (4), little-endian
    private const int PacketFilterHeader = 4;                     // LINKTYPE_PFLOG: length, address family, action, reason
    private const int EncryptionHeader = 12;                      // LINKTYPE_ENC: address family (4), SPI (4), flags (4)
    private const int InfiniBandRoute = 40;                       // the global route header before the four octets of RFC 4391 section 6

    /// <summary>Of other kinds, and from a chain of headers that does not end, nothing is read.</summary>
    private static Layer Erf(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int Type = 8, MoreHeaders = 0x80, MaximumExtensions = 8;
        if (!Has(frame, ErfHeader)) return Cut(ref frame);
        var type = octets[frame.At + Type];
        frame.At += ErfHeader;
        frame.Status = FrameStatus.Link;
        var more = (type & MoreHeaders) != 0;
        for (var extension = 0; more && extension < MaximumExtensions; extension++)
        {
            if (!Has(frame, ErfExtension)) return Cut(ref frame);
            more = (octets[frame.At] & MoreHeaders) != 0;
            frame.At += ErfExtension;
        }

        return (type & ~MoreHeaders) switch
        {
            2 or 11 or 16 or 20 when !more => Skip(octets, ref frame, ErfEthernetPadding, Layer.Ethernet),
            1 or 10 or 15 or 17 or 19 when !more => Layer.PppHdlc,
            22 or 23 when !more => Layer.Raw,
            _ => Aired(ref frame),
        };
    }

    /// <summary>
    /// Hilscher netANALYZER, on the wire of real-time Ethernet. An event of its inputs, its buffers or its clock is no frame; what it took in
    /// transparent mode has the preamble.
    /// </summary>
    private static Layer NetAnalyzer(ReadOnlySpan<byte> octets, ref Frame frame, bool isTransparent)
    {
        const int Flags = 1, Kind = 3, IsInput = 0x01, Transparent = 0x02, VersionShift = 2, VersionMask = 0x0F, KindShift = 4;
        if (!Has(frame, NetAnalyzerHeader)) return Cut(ref frame);
        var header = octets[frame.At..];
        frame.Status = FrameStatus.Link;
        var (flags, version) = (header[Flags], header[Flags] >> VersionShift & VersionMask);
        if ((flags & IsInput) != 0 || version is not (1 or 2) || version == 2 && header[Kind] >> KindShift != 0) return Aired(ref frame);
        return Skip(octets, ref frame, NetAnalyzerHeader + (isTransparent && (flags & Transparent) != 0 ? Preamble : 0), Layer.Ethernet);
    }

    /// <summary>
    /// Flag 80: extensions, their length (2) first. Flag 02: no link header, but 4 octets that name the protocol. Old releases write no header at
    /// all.
    /// </summary>
    private static Layer Juniper(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const uint Magic = 0x4D4743;
        const int Extended = 0x80, NoLinkHeader = 0x02;
        if (!Has(frame, JuniperHeader + 2)) return Cut(ref frame);
        var header = octets[frame.At..];
        if (Long(header, 0) >> 8 != Magic) return Layer.Ethernet;
        var (flags, length) = (header[JuniperHeader - 1], JuniperHeader);
        if ((flags & Extended) != 0) length += 2 + Word(header, JuniperHeader);
        return (flags & NoLinkHeader) != 0 ? Skip(octets, ref frame, length + 4, Layer.Raw) : Skip(octets, ref frame, length, Layer.Ethernet);
    }

    private static Layer PacketTap(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int RecordType = 4, Inside = 8;
        const uint Packet = 1;
        if (!Has(frame, PacketTapHeader)) return Cut(ref frame);
        var header = octets[frame.At..];
        var (length, inside) = (BinaryPrimitives.ReadUInt32LittleEndian(header), BinaryPrimitives.ReadUInt32LittleEndian(header[Inside..]));
        if (length < PacketTapHeader || length > frame.End - frame.At) return Cut(ref frame);
        frame.Status = FrameStatus.Link;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[RecordType..]) != Packet) return Aired(ref frame);
        return Skip(octets, ref frame, (int)length, inside <= ushort.MaxValue ? FirstLayer((ushort)inside) : Layer.UnknownLink);
    }

    /// <summary>OpenBSD's packet filter: its first octet is the header's length without its padding to 4.</summary>
    private static Layer PacketFilter(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, PacketFilterHeader)) return Cut(ref frame);
        return Skip(octets, ref frame, Math.Max((octets[frame.At] + 3) & ~3, PacketFilterHeader), Layer.Raw);
    }

    private static Layer InfiniBand(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, InfiniBandRoute + 4)) return Cut(ref frame);
        frame.At += InfiniBandRoute + 4;
        frame.Status = FrameStatus.Link;
        return TypeIs(ref frame, Word(octets, frame.At - 4));
    }
}
