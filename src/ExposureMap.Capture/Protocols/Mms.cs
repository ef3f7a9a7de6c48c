using System.Text;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// MMS (ISO 9506-2:2003, clause 7) of IEC 61850-8-1 and of ICCP/TASE.2 (IEC 60870-6), on the OSI session and presentation layers (ISO 8327-1, 8823-1)
/// over ISO transport. What begins in a data unit is read; the rest of a message that is split over several is passed over.
/// </summary>
internal sealed class Mms : IProtocol
{
    private const ushort Port = 102;
    private const byte SessionConnect = 0x0D, SessionAccept = 0x0E;                      // ISO 8327-1, 8.3.1.6 and 8.3.2.6
    private const int PresentationData = 0x61, PresentationList = 0x30, Integer = 0x02, SingleType = 0xA0;   // ISO 8823-1, 8.4.2
    private const int ConfirmedRequest = 0xA0, ConfirmedResponse = 0xA1, ConfirmedError = 0xA2, Unconfirmed = 0xA3, Reject = 0xA4,
        ConcludeRequest = 0x8B, ConcludeResponse = 0x8C;
    private const byte ContextClass = 0x80, ClassMask = 0xC0, NumberMask = 0x1F;
    private const int HighTags = 0x100, HighNumberMask = 0x7F;
    private const int WriteService = 5, IdentifyService = 2, WriteFailure = 0x80;

    // Memory.First: what is awaited.
    // bits 0-31: invoke id of the last operation
    private const ulong Pending = 1ul << 32, LowerGoesOn = 1ul << 33, HigherGoesOn = 1ul << 34, IsIccp = 1ul << 35;

    public string Name => "mms";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 2048;

    /// <summary>GIVE TOKENS and DATA TRANSFER without parameters, ISO 8327-1, 8.3.11.</summary>
    private static ReadOnlySpan<byte> DataTransfer => [0x01, 0x00, 0x01, 0x00];

    /// <summary>The arcs 1.0.9506.2, under which are MMS's abstract syntax and application context (ISO 9506-2, clause 19).</summary>
    private static ReadOnlySpan<byte> MmsObject => [0x28, 0xCA, 0x22, 0x02];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 2 || payload[0] != 3 || payload[1] != 0) return Verdict.None;
        if (Tpkt.CouldBegin(payload)) return carrier.Uses(Port) ? Verdict.NeedMore : Verdict.None;
        if (Tpkt.CodeOf(payload) != Tpkt.Data) return Verdict.None;
        var unit = Tpkt.UserData(payload);
        if (Tpkt.IsCutShort(payload))
            return carrier.Uses(Port) && (unit.IsEmpty || unit[0] is SessionConnect or SessionAccept or 1) ? Verdict.NeedMore : Verdict.None;
        if (unit.Length < 2) return Verdict.None;
        if (unit[0] is SessionConnect or SessionAccept) return unit.IndexOf(MmsObject) >= 0 ? Verdict.Certain : Verdict.None;
        if (!TryEnterData(ref unit) || !Ber.TryTake(ref unit, out var kind, out var body)) return Verdict.None;
        return kind switch
        {
            ConfirmedRequest or ConfirmedResponse =>
                Ber.TryTake(ref body, Integer, out _) && Ber.TryTake(ref body, out var service, out _) && IsContext(service)
                    ? Verdict.Certain
                    : Verdict.None,
            Unconfirmed => Ber.TryTake(ref body, out var service, out _) && service is 0xA0 or 0xA1 or 0xA2 ? Verdict.Certain : Verdict.None,
            ConfirmedError or Reject => Ber.TryTake(ref body, out var id, out _) && id == 0x80 ? Verdict.Certain : Verdict.None,
            ConcludeRequest or ConcludeResponse => Verdict.Weak,
            _ => Verdict.None,
        };
    }

    public int Measure(ReadOnlySpan<byte> stream) => Tpkt.Measure(stream);

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (Tpkt.CodeOf(message) != Tpkt.Data || GoesOn(message, notes)) return;
        var unit = Tpkt.UserData(message);
        if (unit.Length > 0 && unit[0] is SessionConnect or SessionAccept) notes.SenderIs(unit[0] == SessionConnect ? Party.Client : Party.Server);
        if (!TryEnterData(ref unit) || !Ber.TryTake(ref unit, out var kind, out var body)) return;
        switch (kind)
        {
            case ConfirmedRequest:
                ReadRequest(body, notes);
                break;
            case ConfirmedResponse or ConfirmedError:
                ReadAnswer(kind == ConfirmedResponse, body, notes);
                break;
            case Unconfirmed:
                notes.SenderIs(Party.Server);
                notes.Effect(Effect.Report);
                break;
            default:
                break;
        }

        NoteIccp(message, notes);
    }

    /// <summary>True when this data unit continues one that was read at its beginning.</summary>
    private static bool GoesOn(ReadOnlySpan<byte> message, Notes notes)
    {
        ref var memory = ref notes.Memory;
        var bit = Side.IsLower(notes) ? LowerGoesOn : HigherGoesOn;
        var continued = (memory.First & bit) != 0;
        memory.First = Tpkt.IsLast(message) ? memory.First & ~bit : memory.First | bit;
        return continued;
    }

    /// <summary>Enters session and presentation; false when the data is not one value of one context.</summary>
    private static bool TryEnterData(ref ReadOnlySpan<byte> unit)
    {
        if (!unit.StartsWith(DataTransfer)) return false;
        unit = unit[DataTransfer.Length..];
        return Ber.TryEnter(ref unit, PresentationData) && Ber.TryEnter(ref unit, PresentationList)
            && Ber.TryTake(ref unit, out var context, out _) && context == Integer && Ber.TryEnter(ref unit, SingleType);
    }

    private static bool IsContext(int tag) => (tag >= HighTags ? tag >> 8 & ClassMask : tag & ClassMask) == ContextClass;

    private static int ServiceOf(int tag) => tag >= HighTags ? tag & HighNumberMask : tag & NumberMask;

    private static void ReadRequest(ReadOnlySpan<byte> body, Notes notes)
    {
        notes.SenderIs(Party.Client);
        if (!Ber.TryTake(ref body, out _, out var id) || !Ber.TryTake(ref body, out var tag, out var content)) return;
        var service = ServiceOf(tag);
        notes.Function(service);
        var name = service == WriteService ? MmsServices.GravestName(content) : [];
        var effect = service == WriteService ? MmsServices.EffectOfWrite(name) : MmsServices.EffectOf(service);
        if (effect < Effect.Admin)
        {
            notes.Effect(effect);
            return;
        }

        if (!notes.Keeps(effect)) notes.Effect(effect);
        else if (service == WriteService)
            notes.Operation(effect, $"{(effect == Effect.Control ? "operates" : "writes")} {Encoding.ASCII.GetString(name)}");
        else notes.Operation(effect, $"{MmsServices.Verb(service)} (mms service {service})");
        ref var memory = ref notes.Memory;
        memory.First = memory.First & ~0xFFFF_FFFFul | Pending | Ber.Number(id);
    }

    private static void ReadAnswer(bool positive, ReadOnlySpan<byte> body, Notes notes)
    {
        notes.SenderIs(Party.Server);
        if (!Ber.TryTake(ref body, out _, out var id)) return;
        var known = Ber.TryTake(ref body, out var tag, out var content);
        var service = positive && known ? ServiceOf(tag) : -1;
        if (service >= 0) notes.Function(service);
        ref var memory = ref notes.Memory;
        if ((memory.First & (Pending | 0xFFFF_FFFFul)) == (Pending | Ber.Number(id)))
        {
            memory.First &= ~Pending;
            notes.Answered(positive && !(service == WriteService && content.Length > 0 && content[0] == WriteFailure));
        }

        if (service == IdentifyService) MmsServices.NoteIdentity(content, notes);
    }

    private static void NoteIccp(ReadOnlySpan<byte> message, Notes notes)
    {
        ref var memory = ref notes.Memory;
        if ((memory.First & IsIccp) != 0 || !MmsServices.NamesTase2(message)) return;
        memory.First |= IsIccp;
        notes.Carries("iccp");
    }
}
