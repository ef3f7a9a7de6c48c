using System.Buffers.Binary;

namespace ExposureMap.Capture.Frames;

/// <content>Wireless LAN: captured on the air, or carried from an access point to its controller.</content>
public static partial class FrameDecoder
{
    private const int RadiotapHeader = 8;                         // radiotap.org: version, pad, length (2, little-endian), present
    private const int PpiHeader = 8;                              // PPI 1.0.10 section 3.1: version, flags, length (2), DLT (4), little-endian
    private const int CapwapHeader = 8;                           // RFC 5415 section 4.3

    private const ushort CapwapDataPort = 5247;

    private static Layer Radiotap(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, RadiotapHeader)) return Cut(ref frame);
        return Skip(octets, ref frame,
            Math.Max((int)BinaryPrimitives.ReadUInt16LittleEndian(octets[(frame.At + 2)..]), RadiotapHeader), Layer.Wireless);
    }

    private static Layer Ppi(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        if (!Has(frame, PpiHeader)) return Cut(ref frame);
        var header = octets[frame.At..];
        var inside = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var length = Math.Max((int)BinaryPrimitives.ReadUInt16LittleEndian(header[2..]), PpiHeader);
        return Skip(octets, ref frame, length, inside <= ushort.MaxValue ? FirstLayer((ushort)inside) : Layer.UnknownLink);
    }

    /// <summary>
    /// IEEE 802.11-2020 section 9.2.4: frame control, duration, three addresses, sequence control, a fourth address between distribution systems,
    /// QoS and HT control. Data frames in the clear carry LLC; the others are about the air only, and nothing of them is read.
    /// </summary>
    private static Layer Wireless(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int ShortestHeader = 10, DataHeader = 24;
        const int TypeMask = 0x0C, Data = 0x08, NoDataSubtype = 0x40, QosSubtype = 0x80, SeveralUnits = 0x80;
        const int Distribution = 3, Protected = 0x40, HighThroughputControl = 0x80;
        if (!Has(frame, ShortestHeader)) return Cut(ref frame);
        if (frame.IpVersion != 0) LeaveIp(ref frame);
        var header = octets[frame.At..frame.End];
        int control = header[0], flags = header[1];
        if ((control & 3) != 0) (control, flags) = (flags, control);   // controllers of one vendor carry the two octets swapped; the version is 0
        frame.Status = FrameStatus.Link;
        Stations(header, flags & Distribution, ref frame);
        if ((control & TypeMask) != Data || (control & NoDataSubtype) != 0 || (flags & Protected) != 0) return Aired(ref frame);

        var length = (flags & Distribution) == Distribution ? DataHeader + MacLength : DataHeader;
        var several = false;
        if ((control & QosSubtype) != 0)
        {
            several = header.Length > length && (header[length] & SeveralUnits) != 0;
            length += 2;
            if ((flags & HighThroughputControl) != 0) length += 4;
        }

        return Skip(octets, ref frame, length, several ? Layer.Ethernet : Layer.Llc);   // of an A-MSDU (section 9.3.2.2) the first unit
    }

    /// <summary>Table 9-30: which of the addresses are the receiver's, the sender's and the access point's.</summary>
    private static void Stations(ReadOnlySpan<byte> header, int direction, ref Frame frame)
    {
        const int First = 4, Second = 10, Third = 16, Fourth = 24;
        if (header.Length < Fourth + (direction == 3 ? MacLength : 0)) return;
        frame.TargetMac = Mac(header[(direction is 1 or 3 ? Third : First)..]);
        frame.SourceMac = Mac(header[(direction switch { 2 => Third, 3 => Fourth, _ => Second })..]);
        frame.HasMacs = true;
    }

    private static Layer Aired(ref Frame frame)
    {
        SetPayload(ref frame, 0);
        return Layer.Done;
    }

    private static bool IsCapwapData(ReadOnlySpan<byte> payload, in Frame frame)
    {
        const int Fragment = 0x80, KeepAlive = 0x08;
        if (frame.TargetPort != CapwapDataPort && frame.SourcePort != CapwapDataPort) return false;
        return payload.Length > CapwapHeader && payload[0] == 0 && (payload[3] & (Fragment | KeepAlive)) == 0 && payload[1] >> 3 >= CapwapHeader / 4;
    }

    /// <summary>
    /// Preamble (version 0, type 0 of what is not encrypted), the header's length in units of 4, radio, binding (1 is IEEE 802.11), T: not Ethernet
    /// but the binding's own frames.
    /// </summary>
    private static Layer Capwap(ReadOnlySpan<byte> octets, ref Frame frame)
    {
        const int BindingMask = 0x3E, WirelessBinding = 1 << 1, Native = 1;
        var header = octets[frame.At..];
        var isNative = (header[2] & Native) != 0;
        if (isNative && (header[2] & BindingMask) != WirelessBinding) return Layer.Done;
        frame.Scope.Add(Wrapping.Capwap);
        return Skip(octets, ref frame, (header[1] >> 3) * 4, isNative ? Layer.Wireless : Layer.Ethernet);
    }
}
