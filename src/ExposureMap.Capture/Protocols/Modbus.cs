using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;
using static ExposureMap.Capture.Protocols.ModbusPdu;

namespace ExposureMap.Capture.Protocols;

/// <summary>Modbus/TCP, also on UDP. MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3.</summary>
internal sealed class Modbus : IProtocol
{
    private const ushort Port = 502;
    private const int TransactionOffset = 0, ProtocolOffset = 2, LengthOffset = 4, UnitOffset = 6, FunctionOffset = 7;   // MBAP header
    private const int LengthEnd = 6;                             // the length counts what follows it
    private const int MinimumLength = 2, MaximumLength = 254;    // unit id and a PDU of 1 to 253 octets
    private const int LongestSeen = 1100;                        // UMAS of newer controllers goes beyond the standard's limit

    // Memory.First: what was decided and is awaited.
    private const ulong Pending = 1 << 16, SideKnown = 1 << 17, ClientIsLower = 1 << 18;   // bits 0-15: transaction of the last operation
    private const int LastUmasShift = 24;

    public string Name => "modbus";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < LengthEnd || ReadUInt16BigEndian(payload[ProtocolOffset..]) != 0) return Verdict.None;
        int length = ReadUInt16BigEndian(payload[LengthOffset..]);
        if (length is < MinimumLength or > MaximumLength) return Verdict.None;
        var stream = carrier.Transport == Transport.Tcp;
        if (payload.Length < LengthEnd + length) return stream && CouldBegin(payload) ? Verdict.NeedMore : Verdict.None;

        var following = payload[(LengthEnd + length)..];
        if (!following.IsEmpty && !(stream && MayFollow(following))) return Verdict.None;
        var pdu = payload.Slice(FunctionOffset, length - 1);
        var shape = ShapeOf(pdu);
        if (shape == Shape.None) return carrier.Uses(Port) ? Verdict.Weak : Verdict.None;             // a function that only its vendor knows
        if (pdu.Length < 5 && (pdu[0] & ExceptionBit) == 0 || payload.Slice(TransactionOffset, 2).SequenceEqual("\0\0"u8)) return Verdict.Weak;
        return carrier.Uses(Port) || payload[UnitOffset] != 0 && TellsMuch(pdu) ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < LengthEnd) return 0;
        int length = ReadUInt16BigEndian(stream[LengthOffset..]);
        return ReadUInt16BigEndian(stream[ProtocolOffset..]) == 0 && length is >= MinimumLength and <= LongestSeen ? LengthEnd + length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= FunctionOffset) return;
        var length = Math.Min(message.Length, LengthEnd + ReadUInt16BigEndian(message[LengthOffset..]));
        if (length <= FunctionOffset) return;
        var pdu = message[FunctionOffset..length];
        var unit = message[UnitOffset];
        notes.Function(FunctionOf(pdu));

        var umas = pdu[0] == Umas.ModbusFunction && pdu.Length > Umas.FunctionOffset;
        if (umas) notes.Carries("umas");
        var fromClient = IsFromClient(pdu, umas, notes);
        notes.SenderIs(fromClient ? Party.Client : Party.Server);
        if (unit is not (0 or 255)) DevicesTold.Tell(notes, behindSender: !fromClient, "modbus unit", unit);

        var transaction = ReadUInt16BigEndian(message[TransactionOffset..]);
        if (fromClient) ReadRequest(pdu, umas, unit, transaction, notes);
        else ReadResponse(pdu, umas, transaction, notes);
    }

    private static void ReadRequest(ReadOnlySpan<byte> pdu, bool umas, byte unit, ushort transaction, Notes notes)
    {
        var function = umas ? pdu[Umas.FunctionOffset] : (byte)0;
        if (umas) notes.Function("umas", function);
        var operation = umas ? Umas.NoteRequest(function, unit, notes) : NoteRequest(pdu, unit, notes);
        ref var memory = ref notes.Memory;
        memory.First = memory.First & ~(0xFFul << LastUmasShift) | (ulong)function << LastUmasShift;
        if (operation) memory.First = memory.First & ~0xFFFFul | Pending | transaction;
    }

    private static void ReadResponse(ReadOnlySpan<byte> pdu, bool umas, ushort transaction, Notes notes)
    {
        ref var memory = ref notes.Memory;
        var refused = (pdu[0] & ExceptionBit) != 0 || umas && pdu[Umas.FunctionOffset] == Umas.Failure;
        if ((memory.First & (Pending | 0xFFFF)) == (Pending | transaction))
        {
            memory.First &= ~Pending;
            notes.Answered(!refused);
        }

        if (refused) return;
        if (!umas) NoteIdentity(pdu, notes);
        else if ((byte)(memory.First >> LastUmasShift) == Umas.ReadId) Umas.NoteIdentity(pdu, notes);
    }

    /// <summary>By the shape; where request and response look alike, by who was the client before, by the port, by who spoke first.</summary>
    private static bool IsFromClient(ReadOnlySpan<byte> pdu, bool umas, Notes notes)
    {
        ref var memory = ref notes.Memory;
        var lower = Side.IsLower(notes);
        var shape = umas ? Umas.IsResponse(pdu) ? Shape.Response : Shape.Request : ShapeOf(pdu);
        if (shape is Shape.Request or Shape.Response)
        {
            var client = shape == Shape.Request;
            memory.First = memory.First & ~ClientIsLower | SideKnown | (client == lower ? ClientIsLower : 0);
            return client;
        }

        if ((memory.First & SideKnown) != 0) return (memory.First & ClientIsLower) != 0 == lower;
        var carrier = notes.Carrier;
        return carrier.SenderPort == Port || carrier.ReceiverPort == Port ? carrier.ReceiverPort == Port : notes.FromOriginator;
    }

    /// <summary>
    /// Reads and writes hold quantities, counts and values that agree. Exceptions, diagnostics and zeros tell little: away from the port they need
    /// company.
    /// </summary>
    private static bool TellsMuch(ReadOnlySpan<byte> pdu) =>
        pdu[0] is (>= 1 and <= 6) or 15 or 16 or (>= 20 and <= 23) || pdu[0] == 43 && pdu[1] == 14;

    /// <summary>Does a known function begin here, the exact shape not being visible?</summary>
    private static bool CouldBegin(ReadOnlySpan<byte> payload)
    {
        if (payload.Length <= FunctionOffset) return true;
        var function = payload[FunctionOffset] & ~ExceptionBit;
        return function is (>= 1 and <= 24) or 40 or 43 or Umas.ModbusFunction or 125 or 126;
    }

    private static bool MayFollow(ReadOnlySpan<byte> payload) =>
        payload.Length < LengthEnd
        || ReadUInt16BigEndian(payload[ProtocolOffset..]) == 0
            && ReadUInt16BigEndian(payload[LengthOffset..]) is >= MinimumLength and <= MaximumLength && CouldBegin(payload);
}
