using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// S7comm-plus of S7-1200 and S7-1500 controllers on ISO transport. Not published by the vendor; offsets and codes as ICSNPP has them.
/// Offsets count from the header, which begins the data unit.
/// </summary>
internal sealed class S7commPlus : IProtocol
{
    private const ushort Port = 102;
    private const byte Identifier = 0x72, Signed = 3, Event = 0xFE, DigestOctets = 0x20;
    // function and sequence from the operation code
    private const int VersionOffset = 1, LengthOffset = 2, HeaderOctets = 4, FunctionOffset = 3, SequenceOffset = 7, BodyOctets = 9;
    private const byte Request = 0x31, Response = 0x32, Notification = 0x33;
    private const byte TlsHandshake = 0x16, TlsData = 0x17;      // RFC 8446, section 5.1; firmware since 2019 wraps all in TLS inside the data units
    private const ulong Pending = 1 << 16;                       // Memory.First: and bits 0-15 the sequence number of the last operation

    public string Name => "s7comm-plus";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 256;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 2 || payload[0] != 3 || payload[1] != 0) return Verdict.None;
        if (Tpkt.CouldBegin(payload)) return carrier.Uses(Port) ? Verdict.NeedMore : Verdict.None;
        switch (Tpkt.CodeOf(payload))
        {
            case Tpkt.ConnectRequest or Tpkt.ConnectConfirm:
                return Tpkt.Parameter(payload, Tpkt.CalledSelector).StartsWith("SIMATIC-ROOT-"u8) ? Verdict.Certain : Verdict.None;
            case Tpkt.Data:
                return RecogniseData(Tpkt.UserData(payload));
            default:
                return Verdict.None;
        }
    }

    public int Measure(ReadOnlySpan<byte> stream) => Tpkt.Measure(stream);

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        var code = Tpkt.CodeOf(message);
        if (code == Tpkt.ConnectRequest) ReadConnect(Tpkt.Parameter(message, Tpkt.CalledSelector), notes);
        if (code != Tpkt.Data) return;
        var unit = Tpkt.UserData(message);
        if (IsTls(unit)) notes.Effect(Effect.Opaque);
        else if (unit.Length > HeaderOctets && unit[0] == Identifier && unit[VersionOffset] != Event) ReadUnit(unit, notes);
    }

    private static Verdict RecogniseData(ReadOnlySpan<byte> unit)
    {
        if (IsTls(unit)) return Verdict.Weak;
        if (unit.Length < HeaderOctets || unit[0] != Identifier || unit[VersionOffset] is not (1 or 2 or Signed or Event)) return Verdict.None;
        if (unit.Length == HeaderOctets || unit[VersionOffset] == Event) return Verdict.Weak;
        return Body(unit) is [Request or Response or Notification, ..] ? Verdict.Certain : Verdict.Weak;
    }

    private static bool IsTls(ReadOnlySpan<byte> unit) => unit.Length > 5 && unit[0] is TlsHandshake or TlsData && unit[1] == 3 && unit[2] <= 4;

    /// <summary>From the operation code on; version 3 puts a digest before it.</summary>
    private static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> unit)
    {
        var body = unit[HeaderOctets..];
        if (unit[VersionOffset] != Signed) return body;
        return body[0] == DigestOctets && body.Length > 1 + DigestOctets ? body[(1 + DigestOctets)..] : [];
    }

    private static void ReadConnect(ReadOnlySpan<byte> called, Notes notes)
    {
        notes.SenderIs(Party.Client);
        if (called.StartsWith("SIMATIC-ROOT-ES"u8)) notes.Fact(notes.Sender.Address, FactKind.Role, "engineering workstation", Certainty.Announced);
        if (called.StartsWith("SIMATIC-ROOT-HMI"u8)) notes.Fact(notes.Sender.Address, FactKind.Role, "hmi", Certainty.Announced);
    }

    private static void ReadUnit(ReadOnlySpan<byte> unit, Notes notes)
    {
        var body = Body(unit);
        if (body.IsEmpty || body[0] is not (Request or Response or Notification))
        {
            if (unit[VersionOffset] == Signed) notes.Effect(Effect.Opaque);
            return;
        }

        notes.SenderIs(body[0] == Request ? Party.Client : Party.Server);
        if (body[0] == Notification) notes.Effect(Effect.Report);
        if (body[0] == Notification || body.Length < BodyOctets) return;
        int function = ReadUInt16BigEndian(body[FunctionOffset..]);
        notes.Function(function);
        ref var memory = ref notes.Memory;
        var key = Pending | ReadUInt16BigEndian(body[SequenceOffset..]);
        if (body[0] == Request)
        {
            if (NoteRequest(function, notes)) memory.First = key;
        }
        else if (memory.First == key)
        {
            memory.First = 0;
            notes.Answered(true);                                // refusals are coded in the body's variable-length part
        }
    }

    private static bool NoteRequest(int function, Notes notes)
    {
        switch (function)
        {
            case 0x04F2 or 0x0542:
                notes.Operation(Effect.Write, $"sets variables ({function:X4}h)");
                return true;
            case 0x056B:
                notes.Operation(Effect.Admin, $"invokes a controller function ({function:X4}h)");
                return true;
            case 0x054C or 0x0586:
                notes.Effect(Effect.Read);
                return false;
            default:
                notes.Effect(Effect.Identify);                   // explore, links, sequences, session objects
                return false;
        }
    }
}
