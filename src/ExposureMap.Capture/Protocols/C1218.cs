using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// ANSI C12.18-2006 (section 5.3.2) and C12.21, the languages of an optical port and of a modem line, which serial servers pass on over TCP
/// unchanged: packets with a check sequence, each acknowledged by an octet of its own. A packet is believed for its check.
/// </summary>
internal sealed class C1218 : IProtocol
{
    private const byte Start = 0xEE, Acknowledged = 0x06, NotAcknowledged = 0x15;
    private const int ControlOffset = 2, LengthOffset = 4, DataOffset = 6, CheckOctets = 2;

    /// <summary>
    /// Control: bit 7 one of several packets, bit 6 the first of them, bit 5 toggles, bits 2-4 are reserved, bits 0-1 name the format: 0 these
    /// standards, 1 C12.22.
    /// </summary>
    private const byte Several = 0x80, First = 0x40, Reserved = 0x1C, FormatMask = 0x03;
    private const int LongestData = 1024;                        // negotiated (section 4.3.8); what a meter has memory for

    public string Name => "c1218";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [];

    public int HeadOctets => DataOffset + LongestData + CheckOctets;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length > 1 && payload[0] is Acknowledged or NotAcknowledged) payload = payload[1..];
        if (payload.IsEmpty || payload[0] != Start) return Verdict.None;
        var length = Measure(payload);
        if (length < 0) return Verdict.None;
        if (length == 0 || payload.Length < length) return Verdict.NeedMore;
        var isWhole =
            FrameCheck.Hdlc(payload[..(length - CheckOctets)]) == BinaryPrimitives.ReadUInt16LittleEndian(payload[(length - CheckOctets)..]);
        return isWhole ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.IsEmpty) return 0;
        if (stream[0] is Acknowledged or NotAcknowledged) return 1;
        if (stream[0] != Start || stream.Length > ControlOffset && (stream[ControlOffset] & (Reserved | FormatMask)) != 0) return -1;
        if (stream.Length < DataOffset) return 0;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stream[LengthOffset..]);
        return length is > 0 and <= LongestData ? DataOffset + length + CheckOctets : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= DataOffset || message[0] != Start || (message[ControlOffset] & (Several | First)) == Several) return;
        var length = BinaryPrimitives.ReadUInt16BigEndian(message[LengthOffset..]);
        var service = message[DataOffset..Math.Min(message.Length, DataOffset + length)];
        if (!service.IsEmpty) notes.SenderIs(TableServices.Read(service, notes));
    }
}
