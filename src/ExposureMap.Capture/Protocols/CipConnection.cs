using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The explicit connections of an encapsulation session, each of which leads to one object, so that messages over it need not name it
/// (CIP Networks Library volume 1, 3-5.5: Forward_Open and Large_Forward_Open).
/// </summary>
internal static class CipConnection
{
    private const byte ForwardOpen = 0x54, LargeForwardOpen = 0x5B;
    // transport class and trigger, words of the path
    private const int SerialOffset = 10, TriggerOffset = 34, LargeTriggerOffset = 38, PathHeader = 2;
    // O->T and T->O connection ids, serial number
    private const int ReplySerialOffset = 8, ReplyOctets = 10;
    private const byte TransportClassMask = 0x0F, ExplicitClass = 3;                                                  // 3-4.4.3
    // its messages name their objects
    private const int MessageRouter = 0x02;

    /// <summary>Until the target told the connection's id it is known by the serial number that the originator gave it.</summary>
    private const ulong BySerial = 1ul << 32;

    public static bool IsOpening(byte service) => service is ForwardOpen or LargeForwardOpen;

    /// <summary>A request to open: only the target knows its connection id.</summary>
    public static void NoteRequest(byte service, ReadOnlySpan<byte> data, Notes notes)
    {
        var trigger = service == ForwardOpen ? TriggerOffset : LargeTriggerOffset;
        if (data.Length < trigger + PathHeader || (data[trigger] & TransportClassMask) != ExplicitClass) return;
        var target = CipPath.ClassOfConnection(data[(trigger + PathHeader)..Math.Min(data.Length, trigger + PathHeader + 2 * data[trigger + 1])]);
        if (target is > 0 and not MessageRouter) notes.Remember(BySerial | ReadUInt16LittleEndian(data[SerialOffset..]), (ulong)target);
    }

    /// <summary>The answer to the request with the same serial number tells the id.</summary>
    public static void NoteReply(ReadOnlySpan<byte> data, Notes notes)
    {
        if (data.Length < ReplyOctets) return;
        var target = notes.Recall(BySerial | ReadUInt16LittleEndian(data[ReplySerialOffset..]));
        if (target != 0) notes.Remember(ReadUInt32LittleEndian(data), target);
    }

    /// <summary>The class that messages over this connection are for, -1 when that is not known.</summary>
    public static int ClassOf(uint connection, Notes notes) =>
        connection == 0 || notes.Recall(connection) is not (> 0 and var target) ? -1 : (int)target;
}
