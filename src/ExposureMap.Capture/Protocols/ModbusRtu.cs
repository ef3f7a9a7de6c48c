using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;
using static ExposureMap.Capture.Protocols.ModbusPdu;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Modbus RTU frames carried on TCP or UDP as a serial server passes them on: unit, PDU, CRC. MODBUS over Serial Line V1.02, section 2.5.1.
/// A frame has no length, so it is found by its function's shape and proven by its CRC.
/// </summary>
internal sealed class ModbusRtu : IProtocol
{
    private const int PduOffset = 1, CrcOctets = 2, MaximumFrame = 256;
    private const ulong Pending = 1, SideKnown = 2, ClientIsLower = 4;                     // Memory.First

    public string Name => "modbus-rtu";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [];

    public int HeadOctets => MaximumFrame;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length is < 4 or > 2 * MaximumFrame || payload[0] is 0 or > 247 || !IsFunction(payload[1])) return Verdict.None;
        var length = LengthOf(payload);
        if (length <= 0) return Verdict.None;
        if (length < payload.Length) return LengthOf(payload[length..]) > 0 ? Verdict.Certain : Verdict.None;
        return (payload[1] & ExceptionBit) == 0 && length >= 6 ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < 4) return 0;
        var length = IsFunction(stream[1]) ? LengthOf(stream) : -1;
        return length < 0 && stream.Length < MaximumFrame && IsFunction(stream[1]) ? 0 : length;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        var length = message.Length < 4 ? -1 : LengthOf(message);
        if (length <= 0) return;
        var pdu = message[PduOffset..(length - CrcOctets)];
        notes.Function(FunctionOf(pdu));

        ref var memory = ref notes.Memory;
        var fromClient = IsFromClient(ShapeOf(pdu), ref memory, notes);
        notes.SenderIs(fromClient ? Party.Client : Party.Server);
        DevicesTold.Tell(notes, behindSender: !fromClient, "modbus unit", message[0]);
        if (fromClient)
        {
            memory.First = NoteRequest(pdu, message[0], notes) ? memory.First | Pending : memory.First & ~Pending;
            return;
        }

        if ((memory.First & Pending) != 0) notes.Answered((pdu[0] & ExceptionBit) == 0);
        memory.First &= ~Pending;                                // a serial line answers before it asks again
        NoteIdentity(pdu, notes);
    }

    private static bool IsFromClient(Shape shape, ref ProtocolMemory memory, Notes notes)
    {
        var lower = Side.IsLower(notes);
        if (shape is Shape.Request or Shape.Response)
        {
            var client = shape == Shape.Request;
            memory.First = memory.First & ~ClientIsLower | SideKnown | (client == lower ? ClientIsLower : 0);
            return client;
        }

        return (memory.First & SideKnown) != 0 ? (memory.First & ClientIsLower) != 0 == lower : notes.FromOriginator;
    }

    private static bool IsFunction(byte function) =>
        (function & ~ExceptionBit) is (>= 1 and <= 8) or 11 or 12 or (>= 15 and <= 17) or (>= 20 and <= 24) or 43;

    /// <summary>The frame's length by any shape of its function that the CRC confirms; -1 when none does.</summary>
    private static int LengthOf(ReadOnlySpan<byte> frame)
    {
        Span<int> lengths = stackalloc int[3];
        var function = frame[1];
        lengths[0] = (function & ExceptionBit) != 0 ? 2 : function switch
        {
            (>= 1 and <= 6) or 8 or 15 or 16 => 5,               // requests, echoes and the answers to 15 and 16
            7 or 11 or 12 or 17 => 1,
            22 => 7,
            24 => 3,
            43 => 4,
            _ => 0,
        };
        lengths[1] = function switch
        {
            (>= 1 and <= 4) or 12 or 17 or 20 or 21 or 23 when frame.Length > 2 => 2 + frame[2],
            7 => 2,
            11 => 5,
            24 when frame.Length > 3 => 3 + ReadUInt16BigEndian(frame[2..]),
            43 => frame.Length - PduOffset - CrcOctets,
            _ => 0,
        };
        lengths[2] = function switch
        {
            15 or 16 when frame.Length > 6 => 6 + frame[6],
            23 when frame.Length > 10 => 10 + frame[10],
            _ => 0,
        };
        foreach (var pdu in lengths)
        {
            var end = PduOffset + pdu;
            if (pdu <= 0 || end + CrcOctets > Math.Min(frame.Length, MaximumFrame)) continue;
            if (ShapeOf(frame[PduOffset..end]) != Shape.None && FrameCheck.Modbus(frame[..end]) == ReadUInt16LittleEndian(frame[end..]))
                return end + CrcOctets;
        }

        return -1;
    }
}
