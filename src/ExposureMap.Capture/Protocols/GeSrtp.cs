using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>GE Service Request Transport Protocol on TCP 18245. Not published by the vendor; offsets and codes as ICSNPP has them.</summary>
internal sealed class GeSrtp : IProtocol
{
    private const ushort Port = 18245;
    private const int TypeOffset = 0, SequenceOffset = 2, TextLengthOffset = 4, MessageOffset = 31, ShortServiceOffset = 42,
        LongServiceOffset = 50, HeaderOctets = 56;
    private const byte Initialise = 0, InitialiseReply = 8, Request = 2, Reply = 3;
    private const byte ShortRequest = 0xC0, LongRequest = 0x80, ShortReply = 0xD4, LongReply = 0x94, ErrorReply = 0xD1;
    private const ulong Pending = 1 << 16;                       // Memory.First: and bits 0-15 the sequence number of the last operation

    public string Name => "ge-srtp";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 128;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderOctets || payload[1] != 0) return Verdict.None;
        if (payload[TypeOffset] is Initialise or InitialiseReply)
            return carrier.Uses(Port) && payload.Length == HeaderOctets && payload[SequenceOffset..].IndexOfAnyExcept((byte)0, (byte)1) < 0
                ? Verdict.Weak
                : Verdict.None;
        if (payload[TypeOffset] is not (Request or Reply) || payload.Length != HeaderOctets + ReadUInt16LittleEndian(payload[TextLengthOffset..]))
            return Verdict.None;
        var request = payload[MessageOffset] is ShortRequest or LongRequest;
        var reply = payload[MessageOffset] is ShortReply or LongReply or ErrorReply;
        return payload[TypeOffset] == Request ? request ? Verdict.Certain : Verdict.None : reply ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < TextLengthOffset + 2) return 0;
        return stream[TypeOffset] is Initialise or InitialiseReply or Request or Reply && stream[1] == 0
            ? HeaderOctets + ReadUInt16LittleEndian(stream[TextLengthOffset..])
            : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets) return;
        var sequence = ReadUInt16LittleEndian(message[SequenceOffset..]);
        switch (message[TypeOffset])
        {
            case Initialise or InitialiseReply:
                notes.SenderIs(message[TypeOffset] == Initialise && message[1..].IndexOfAnyExcept((byte)0) < 0 ? Party.Client : Party.Server);
                break;
            case Request:
                notes.SenderIs(Party.Client);
                ReadRequest(message[message[MessageOffset] == LongRequest ? LongServiceOffset : ShortServiceOffset], sequence, notes);
                break;
            case Reply:
                notes.SenderIs(Party.Server);
                ref var memory = ref notes.Memory;
                if (memory.First != (Pending | sequence)) break;
                memory.First = 0;
                notes.Answered(message[MessageOffset] != ErrorReply);
                break;
            default:
                break;
        }
    }

    private static void ReadRequest(byte service, ushort sequence, Notes notes)
    {
        notes.Function(service);
        var (effect, what) = Meaning(service);
        if (effect < Effect.Admin)
        {
            notes.Effect(effect);
            return;
        }

        notes.Operation(effect, $"{what} (ge-srtp service {service:X2}h)");
        notes.Memory.First = Pending | sequence;
    }

    private static (Effect Effect, string What) Meaning(byte service) => service switch
    {
        0x04 or 0x05 or 0x06 => (Effect.Read, ""),
        0x07 or 0x08 => (Effect.Write, "writes memory"),
        0x09 or 0x40 => (Effect.Program, "downloads a program"),
        0x3F => (Effect.Program, "uploads the program"),
        0x44 => (Effect.Control, "forces values"),
        0x20 or 0x21 or 0x22 => (Effect.Admin, "logs on or changes privilege"),
        0x23 => (Effect.Admin, "runs or stops the controller"),
        0x24 => (Effect.Admin, "sets the clock"),
        0x39 => (Effect.Admin, "clears faults"),
        _ => (Effect.Identify, ""),
    };
}
