using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Bristol Standard Asynchronous/Synchronous Protocol of remote terminal units (Network 3000 communications reference, D4052), in its IP form
/// (header of message count, function and sequence numbers) and in its serial form (DLE STX ... DLE ETX, CRC) carried over IP.
/// </summary>
internal sealed class Bsap : IProtocol
{
    /// <summary>
    /// IP form: packet id, number of messages, function, sequence, last sequence received; then each message with its length of 4 octets.
    /// </summary>
    private const int CountOffset = 2, FunctionOffset = 4, MessagesOffset = 14, LengthOctets = 4, MostMessages = 32;
    private const byte PacketId = 0x0E, OtherPacketId = 0x16;

    /// <summary>In an IP message: type, sequence 4, then destination function, node status and database function.</summary>
    private const int DestinationInIp = 9, DatabaseInIp = 11;

    private const byte Dle = 0x10, Stx = 0x02, Etx = 0x03;
    private const int FrameMark = 2, CheckOctets = 2, ShortestFrame = 8, LongestFrame = 512;

    /// <summary>Serial, after DLE STX: address (bit 7 global: 6 octets more), serial number, destination function.</summary>
    private const byte Global = 0x80;
    private const int GlobalOctets = 5, AddressOffset = 0, DestinationInSerial = 2, DatabaseInSerial = 7;

    /// <summary>Destination function A0: remote database access; A1: its extension. Polling and acknowledgements are 85-95.</summary>
    private const byte RemoteDatabase = 0xA0, ExtendedDatabase = 0xA1;

    public string Name => "bsap";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [1234, 1235];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < ShortestFrame) return Verdict.None;
        if (payload[0] == Dle && payload[1] == Stx) return RecogniseSerial(payload);
        if (carrier.Transport != Transport.Udp || payload.Length < MessagesOffset || payload[1] != 0 || payload[0] is not (PacketId or OtherPacketId))
            return Verdict.None;
        var count = BinaryPrimitives.ReadUInt16LittleEndian(payload[CountOffset..]);
        if (count > MostMessages || BinaryPrimitives.ReadUInt16LittleEndian(payload[FunctionOffset..]) is not (0 or 1 or 5 or 6 or 0x84 or 0x86))
            return Verdict.None;
        var at = MessagesOffset;
        for (var index = 0; index < count; index++)
        {
            if (payload.Length < at + LengthOctets) return Verdict.None;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(payload[at..]);
            if (length < LengthOctets || length > payload.Length - at) return Verdict.None;
            at += (int)length;
        }

        return at != payload.Length ? Verdict.None : count == 0 ? Verdict.Weak : Verdict.Certain;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < FrameMark) return 0;
        if (stream[0] != Dle || stream[1] != Stx) return -1;
        var end = End(stream);
        return end < 0 ? 0 : end + FrameMark + CheckOctets;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < ShortestFrame) return;
        if (message[0] == Dle && message[1] == Stx)
        {
            ReadSerial(message, notes);
            return;
        }

        if (message.Length < MessagesOffset) return;
        var function = BinaryPrimitives.ReadUInt16LittleEndian(message[FunctionOffset..]);
        var count = Math.Min((int)BinaryPrimitives.ReadUInt16LittleEndian(message[CountOffset..]), MostMessages);
        notes.Function(function);
        var rest = message[MessagesOffset..];
        for (var index = 0; index < count && rest.Length >= LengthOctets; index++)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(rest), (uint)rest.Length);
            if (length < LengthOctets) return;
            var one = rest[LengthOctets..length];
            if (function == 6 && one.Length > DestinationInIp - LengthOctets)
                ReadRequest(one, DestinationInIp - LengthOctets, DatabaseInIp - LengthOctets, notes);
            else if (function == 5) notes.SenderIs(Party.Server);
            rest = rest[length..];
        }
    }

    private static Verdict RecogniseSerial(ReadOnlySpan<byte> payload)
    {
        var end = End(payload);
        if (end < 0 || payload.Length < end + FrameMark + CheckOctets || end > LongestFrame)
            return end < 0 && payload.Length < LongestFrame ? Verdict.NeedMore : Verdict.None;
        Span<byte> plain = stackalloc byte[LongestFrame + 1];
        var length = Unstuff(payload[..end], plain);
        plain[length++] = Etx;
        return FrameCheck.Bsap(plain[..length]) == BinaryPrimitives.ReadUInt16LittleEndian(payload[(end + FrameMark)..])
            ? Verdict.Certain
            : Verdict.None;
    }

    /// <summary>Where DLE ETX stands, -1 when it does not; a DLE in the data is doubled.</summary>
    private static int End(ReadOnlySpan<byte> frame)
    {
        for (var at = FrameMark; at + 1 < frame.Length; at++)
        {
            if (frame[at] != Dle) continue;
            if (frame[at + 1] == Etx) return at;
            if (frame[++at] != Dle) return -1;
        }

        return -1;
    }

    /// <summary>What stands between DLE STX and the end, each doubled DLE taken once.</summary>
    private static int Unstuff(ReadOnlySpan<byte> frame, Span<byte> plain)
    {
        var length = 0;
        for (var at = FrameMark; at < frame.Length && length < LongestFrame; at++)
        {
            if (frame[at] == Dle && at + 1 < frame.Length) at++;
            plain[length++] = frame[at];
        }

        return length;
    }

    private static void ReadSerial(ReadOnlySpan<byte> message, Notes notes)
    {
        var end = End(message);
        Span<byte> plain = stackalloc byte[LongestFrame];
        ReadOnlySpan<byte> frame = plain[..Unstuff(message[..(end < 0 ? message.Length : end)], plain)];
        if (frame.IsEmpty) return;
        var more = (frame[AddressOffset] & Global) != 0 ? GlobalOctets : 0;
        if (frame.Length <= DestinationInSerial + more) return;
        var address = frame[AddressOffset] & ~Global;
        var destination = frame[DestinationInSerial + more];
        notes.Function(destination);
        if (destination is not (RemoteDatabase or ExtendedDatabase)) return;
        notes.SenderIs(Party.Client);
        if (address != 0) DevicesTold.Tell(notes, behindSender: false, "bsap node", (uint)address);
        ReadRequest(frame, DestinationInSerial + more, DatabaseInSerial + more, notes);
    }

    private static void ReadRequest(ReadOnlySpan<byte> message, int destinationOffset, int databaseOffset, Notes notes)
    {
        if (message.Length <= databaseOffset) return;
        notes.SenderIs(Party.Client);
        var function = message[databaseOffset];
        if (message[destinationOffset] == ExtendedDatabase && message.Length > databaseOffset + 1)
        {
            var extended = BinaryPrimitives.ReadUInt16BigEndian(message[databaseOffset..]);
            if (extended is 0x0101 or 0x0102 or 0x0281 or 0x0400)
                notes.Operation(Effect.Admin, $"extended function {extended} (reset, time or address)");
            else notes.Effect(Effect.Read);
        }
        else if (message[destinationOffset] != RemoteDatabase) notes.Effect(Effect.Read);
        else if (function is 0x80 or 0x84 or 0x8C or 0x8D) notes.Operation(Effect.Write, $"writes signals (database function {function})");
        else if (function <= 0x0F) notes.Effect(Effect.Read);
    }
}
