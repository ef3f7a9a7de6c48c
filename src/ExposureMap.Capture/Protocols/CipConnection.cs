using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The explicit connection of an encapsulation session that leads to one object, so that messages over it need not name the object
/// (CIP Networks Library volume 1, 3-5.5: Forward_Open and Large_Forward_Open). The last one that was opened is remembered.
/// </summary>
internal static class CipConnection
{
    private const byte ForwardOpen = 0x54, LargeForwardOpen = 0x5B;
    private const int SerialOffset = 10, TriggerOffset = 34, LargeTriggerOffset = 38, PathHeader = 2;                 // transport class and trigger, words of the path
    private const int ReplySerialOffset = 8, ReplyOctets = 10;                                                        // O->T and T->O connection ids, serial number
    private const byte TransportClassMask = 0x0F, ExplicitClass = 3;                                                  // 3-4.4.3
    private const int MessageRouter = 0x02;                                                                           // its messages name their objects

    // Memory.Second: bits 0-31 the O->T connection id, 0 until it is told, 32-47 class, 48-63 serial number.
    private const int ClassShift = 32, SerialShift = 48;

    public static bool IsOpening(byte service) => service is ForwardOpen or LargeForwardOpen;

    /// <summary>A request to open: only the target knows its connection id.</summary>
    public static void NoteRequest(byte service, ReadOnlySpan<byte> data, Notes notes)
    {
        var trigger = service == ForwardOpen ? TriggerOffset : LargeTriggerOffset;
        if (data.Length < trigger + PathHeader || (data[trigger] & TransportClassMask) != ExplicitClass) return;
        var target = CipPath.ClassOfConnection(data[(trigger + PathHeader)..Math.Min(data.Length, trigger + PathHeader + 2 * data[trigger + 1])]);
        if (target is > 0 and <= ushort.MaxValue and not MessageRouter)
            notes.Memory.Second = (ulong)ReadUInt16LittleEndian(data[SerialOffset..]) << SerialShift | (ulong)target << ClassShift;
    }

    /// <summary>The answer to the request with the same serial number tells the id.</summary>
    public static void NoteReply(ReadOnlySpan<byte> data, Notes notes)
    {
        ref var memory = ref notes.Memory;
        if (data.Length < ReplyOctets || memory.Second == 0 || (uint)memory.Second != 0 || ReadUInt16LittleEndian(data[ReplySerialOffset..]) != memory.Second >> SerialShift) return;
        memory.Second |= ReadUInt32LittleEndian(data);
    }

    /// <summary>The class that messages over this connection are for, -1 when that is not known.</summary>
    public static int ClassOf(uint connection, Notes notes)
    {
        var memory = notes.Memory.Second;
        return connection != 0 && connection == (uint)memory ? (int)(memory >> ClassShift & ushort.MaxValue) : -1;
    }
}
