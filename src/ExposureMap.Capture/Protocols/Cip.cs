using System.Text.Unicode;
using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>Messages of the Common Industrial Protocol: service, path, data. CIP Networks Library volume 1, 2-4 and appendix C.</summary>
internal static class Cip
{
    public const byte ReplyBit = 0x80;

    private const int StatusOffset = 2, ReplyDataOffset = 4;     // of a reply: service, reserved, general status, words of additional status
    private const byte MultipleServices = 0x0A, UnconnectedSend = 0x52, GetAll = 0x01;
    private const int ConnectionManager = 0x06, Identity = 0x01;
    private const int MaximumNesting = 4, MaximumServices = 64;
    private const int SendHeader = 4;                            // priority and ticks, size of the embedded message: 3-5.5.4

    // Memory.First: bits 0-15 sequence, 16-23 service of the last operation
    private const ulong Pending = 1 << 24, AskedIdentity = 1 << 25;

    /// <param name="connection">The id of the connection it came over, 0 for none.</param>
    public static void Read(ReadOnlySpan<byte> message, ushort sequence, uint connection, Notes notes)
    {
        if (message.Length < 2) return;
        notes.Carries("cip");
        if ((message[0] & ReplyBit) != 0)
        {
            notes.SenderIs(Party.Server);
            ReadReply(message, sequence, notes);
            return;
        }

        notes.SenderIs(Party.Client);
        notes.Function("cip", message[0]);
        var embedded = Unwrap(message, notes);
        if (embedded.Length < 2) return;
        var data = CipPath.Parse(embedded, out var path, CipConnection.ClassOf(connection, notes));
        if (path.Class == ConnectionManager && CipConnection.IsOpening(embedded[0])) CipConnection.NoteRequest(embedded[0], data, notes);
        ref var memory = ref notes.Memory;
        memory.First = embedded[0] == GetAll && path.Class == Identity ? memory.First | AskedIdentity : memory.First & ~AskedIdentity;
        var operation = embedded[0] == MultipleServices ? ReadServices(data, notes) : CipServices.NoteRequest(embedded[0], path, data, notes);
        if (operation) memory.First = memory.First & ~0xFF_FFFFul | Pending | (ulong)embedded[0] << 16 | sequence;
    }

    /// <summary>Follows Unconnected Sends inwards and tells what stands behind their routes.</summary>
    private static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> message, Notes notes)
    {
        for (var depth = 0; depth < MaximumNesting && message.Length > 1 && message[0] == UnconnectedSend; depth++)
        {
            var data = CipPath.Parse(message, out var path);
            if (path.Class != ConnectionManager || data.Length < SendHeader) return message;
            int size = ReadUInt16LittleEndian(data[2..]);
            message = data.Slice(SendHeader, Math.Min(size, data.Length - SendHeader));
            var route = data[Math.Min(SendHeader + size + (size & 1), data.Length)..];
            NoteRoute(route, notes);
            if (message.Length > 1) notes.Function("cip", message[0]);
        }

        return message;
    }

    /// <summary>The first port segment of a route of so many words: the port in the low nibble, then the link address (C-1.4.1).</summary>
    private static void NoteRoute(ReadOnlySpan<byte> route, Notes notes)
    {
        const int SegmentOffset = 2, MaximumPort = 14;
        if (route.Length < SegmentOffset + 2 || route[0] == 0 || route[SegmentOffset] is 0 or > MaximumPort) return;
        int port = route[SegmentOffset], link = route[SegmentOffset + 1];
        if (!DevicesTold.IsNews(notes, behindSender: false, (uint)(port << 8 | link))) return;
        Span<byte> text = stackalloc byte[32];
        if (Utf8.TryWrite(text, $"cip port {port} link {link}", out var written)) DevicesTold.Tell(notes, behindSender: false, text[..written]);
    }

    /// <summary>Multiple Service Packet: a count and the offsets of the messages from the count on .</summary>
    private static bool ReadServices(ReadOnlySpan<byte> data, Notes notes)
    {
        if (data.Length < 2) return false;
        int count = Math.Min((int)ReadUInt16LittleEndian(data), MaximumServices);
        var operation = false;
        for (var index = 0; index < count && data.Length >= 4 + 2 * index; index++)
        {
            int offset = ReadUInt16LittleEndian(data[(2 + 2 * index)..]);
            if (offset + 2 > data.Length) break;
            var message = data[offset..];
            var inner = CipPath.Parse(message, out var path);
            notes.Function("cip", message[0]);
            operation |= CipServices.NoteRequest(message[0], path, inner, notes);
        }

        return operation;
    }

    private static void ReadReply(ReadOnlySpan<byte> message, ushort sequence, Notes notes)
    {
        var service = (byte)(message[0] & ~ReplyBit);
        notes.Function("cip", service);
        if (message.Length < ReplyDataOffset) return;
        ref var memory = ref notes.Memory;
        var accepted = message[StatusOffset] is 0 or 6;          // 6: more data than fits, B-1
        if ((memory.First & (Pending | 0xFF_FFFF)) == (Pending | (ulong)service << 16 | sequence))
        {
            memory.First &= ~Pending;
            notes.Answered(accepted);
        }

        if (accepted && CipConnection.IsOpening(service)) CipConnection.NoteReply(message[ReplyDataOffset..], notes);
        if (service != GetAll || !accepted || (memory.First & AskedIdentity) == 0) return;
        memory.First &= ~AskedIdentity;
        CipIdentity.Note(message[ReplyDataOffset..], notes);
    }
}
