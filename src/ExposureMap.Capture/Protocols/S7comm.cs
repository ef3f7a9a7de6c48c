using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Siemens S7 communication (S7-300/400 and compatible access of later ones) on ISO transport. Not published by the vendor; offsets and codes
/// as Wireshark's and ICSNPP's readers have them. Offsets count from the header, which begins the data unit.
/// </summary>
internal sealed class S7comm : IProtocol
{
    private const ushort Port = 102;
    private const byte Identifier = 0x32, Job = 1, Ack = 2, AckData = 3, UserData = 7;
    private const int KindOffset = 1, RedundancyOffset = 2, ReferenceOffset = 4, ParameterLengthOffset = 6, DataLengthOffset = 8;
    private const int ErrorOffset = 10, HeaderOctets = 10, AckHeaderOctets = 12;

    private const byte ProgrammerSelector = 1, PanelSelector = 2, OtherSelector = 3;     // first octet of the called TSAP
    private const ulong Pending = 1 << 16;                       // Memory.First: and bits 0-15 the reference of the last operation

    public string Name => "s7comm";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    /// <summary>The largest data unit that controllers agree to, and its packet's head.</summary>
    public int HeadOctets => 1024;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 2 || payload[0] != 3 || payload[1] != 0) return Verdict.None;
        if (Tpkt.CouldBegin(payload)) return carrier.Uses(Port) ? Verdict.NeedMore : Verdict.None;
        switch (Tpkt.CodeOf(payload))
        {
            case Tpkt.ConnectRequest or Tpkt.ConnectConfirm:
                return SelectorKind(payload) != 0 ? Verdict.Weak : Verdict.None;
            case Tpkt.Data when Tpkt.IsCutShort(payload) && payload.Length < Tpkt.UserDataOffset + HeaderOctets:
                return carrier.Uses(Port) && (payload.Length == Tpkt.UserDataOffset || payload[Tpkt.UserDataOffset] == Identifier)
                    ? Verdict.NeedMore
                    : Verdict.None;
            case Tpkt.Data:
                return RecogniseData(Tpkt.UserData(payload), Tpkt.Measure(payload) - Tpkt.UserDataOffset);
            default:
                return Verdict.None;
        }
    }

    public int Measure(ReadOnlySpan<byte> stream) => Tpkt.Measure(stream);

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        var code = Tpkt.CodeOf(message);
        if (code == Tpkt.ConnectRequest) ReadConnect(SelectorKind(message), notes);
        if (code != Tpkt.Data) return;
        var unit = Tpkt.UserData(message);
        if (unit.Length < HeaderOctets || unit[0] != Identifier) return;

        var header = unit[KindOffset] is Ack or AckData ? AckHeaderOctets : HeaderOctets;
        if (unit.Length < header) return;
        var parameterEnd = Math.Min(unit.Length, header + ReadUInt16BigEndian(unit[ParameterLengthOffset..]));
        var parameters = unit[header..parameterEnd];
        var data = unit[parameterEnd..];
        switch (unit[KindOffset])
        {
            case Job:
                ReadJob(parameters, ReadUInt16BigEndian(unit[ReferenceOffset..]), notes);
                break;
            case Ack or AckData:
                ReadAnswer(unit, parameters, data, notes);
                break;
            case UserData:
                ReadUserData(unit, parameters, data, notes);
                break;
            default:
                break;
        }
    }

    private static Verdict RecogniseData(ReadOnlySpan<byte> unit, int declared)
    {
        if (unit.Length < HeaderOctets || unit[0] != Identifier) return Verdict.None;
        if (unit[KindOffset] is not (Job or Ack or AckData or UserData) || ReadUInt16BigEndian(unit[RedundancyOffset..]) != 0) return Verdict.None;
        var header = unit[KindOffset] is Ack or AckData ? AckHeaderOctets : HeaderOctets;
        var length = header + ReadUInt16BigEndian(unit[ParameterLengthOffset..]) + ReadUInt16BigEndian(unit[DataLengthOffset..]);
        return length == declared ? Verdict.Certain : length > declared ? Verdict.Weak : Verdict.None;   // longer ones go on in another data unit
    }

    /// <summary>The kind of client in the TSAP that is called, 0 when the selectors are not those of S7.</summary>
    private static byte SelectorKind(ReadOnlySpan<byte> packet)
    {
        var called = Tpkt.Parameter(packet, Tpkt.CalledSelector);
        var calling = Tpkt.Parameter(packet, Tpkt.CallingSelector);
        return called.Length == 2 && calling.Length == 2 && IsSelectorKind(called[0]) && IsSelectorKind(calling[0]) ? called[0] : (byte)0;
    }

    private static bool IsSelectorKind(byte kind) => kind is ProgrammerSelector or PanelSelector or OtherSelector;

    private static void ReadConnect(byte kind, Notes notes)
    {
        notes.SenderIs(Party.Client);
        if (kind == ProgrammerSelector) notes.Fact(notes.Sender.Address, FactKind.Role, "engineering workstation", Certainty.Guessed);
        if (kind == PanelSelector) notes.Fact(notes.Sender.Address, FactKind.Role, "hmi", Certainty.Guessed);
    }

    private static void ReadJob(ReadOnlySpan<byte> parameters, ushort reference, Notes notes)
    {
        notes.SenderIs(Party.Client);
        if (parameters.IsEmpty) return;
        notes.Function(parameters[0]);
        if (S7Functions.NoteJob(parameters, notes)) notes.Memory.First = Pending | reference;
    }

    private static void ReadAnswer(ReadOnlySpan<byte> unit, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> data, Notes notes)
    {
        notes.SenderIs(Party.Server);
        if (!parameters.IsEmpty) notes.Function(parameters[0]);
        var accepted = unit[ErrorOffset] == 0
            && (parameters.IsEmpty || parameters[0] != S7Functions.WriteVariable || data.IndexOfAnyExcept(S7Functions.ItemDone) < 0);
        Answer(unit, accepted, notes);
    }

    private static void ReadUserData(ReadOnlySpan<byte> unit, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> data, Notes notes)
    {
        if (parameters.Length < S7UserData.MinimumOctets) return;
        switch (S7UserData.KindOf(parameters))
        {
            case S7UserData.Kind.Request:
                notes.SenderIs(Party.Client);
                if (S7UserData.NoteRequest(parameters, notes)) notes.Memory.First = Pending | ReadUInt16BigEndian(unit[ReferenceOffset..]);
                break;
            case S7UserData.Kind.Response:
                notes.SenderIs(Party.Server);
                Answer(unit, S7UserData.Succeeded(parameters), notes);
                S7UserData.NoteIdentity(parameters, data, notes);
                break;
            default:
                notes.SenderIs(Party.Server);
                notes.Effect(Effect.Report);
                break;
        }
    }

    private static void Answer(ReadOnlySpan<byte> unit, bool accepted, Notes notes)
    {
        ref var memory = ref notes.Memory;
        if (memory.First != (Pending | ReadUInt16BigEndian(unit[ReferenceOffset..]))) return;
        memory.First = 0;
        notes.Answered(accepted);
    }
}
