using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// ANSI C12.22 (IEEE 1703) over IP (RFC 6142): an ACSE message with application titles, and in it EPSEM services on the tables of ANSI C12.19.
/// A port says little: 1153 is an ordinary ephemeral port to everybody else, so the whole element list must fit.
/// </summary>
internal sealed class C1222 : IProtocol
{
    /// <summary>ACSE elements (ANSI C12.22-2012 section 5.3.4.1, ISO/IEC 15954).</summary>
    private const byte Message = 0x60, ContextName = 0xA1, CalledTitle = 0xA2, CalledQualifier = 0xA3, CalledInvocation = 0xA4, CallingTitle = 0xA6,
        CallingQualifier = 0xA7, CallingInvocation = 0xA8, MechanismName = 0x8B, AuthenticationValue = 0xAC, UserInformation = 0xBE;

    /// <summary>EXTERNAL in the user information, and the octet string in it that holds EPSEM.</summary>
    private const byte External = 0x28, IndirectReference = 0x02, OctetAligned = 0x81;

    /// <summary>Title forms: absolute OID; relative OID, universal or as context tag 0.</summary>
    private const byte AbsoluteTitle = 0x06, RelativeTitle = 0x0D, ContextRelativeTitle = 0x80;

    /// <summary>EPSEM control (section 5.3.2): bits 2-3 security mode, bit 4 a device class of 4 octets follows.</summary>
    private const int SecurityShift = 2, SecurityMask = 3, Encrypted = 2;
    private const byte HasDeviceClass = 0x10;
    private const int DeviceClassOctets = 4;
    private const int MostElements = 12;
    private const int MaximumMessage = 1 << 24;

    /// <summary>2.16.756.5.8: the DLMS User Association, whose association request begins alike.</summary>
    private static ReadOnlySpan<byte> DlmsIdentifier => [0x60, 0x85, 0x74, 0x05, 0x08];

    public string Name => "c1222";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [1153];

    public int HeadOctets => 1024;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        const int EnoughToTell = 64;
        if (payload.IsEmpty || payload[0] != Message) return Verdict.None;
        var isStream = carrier.Transport == Transport.Tcp;
        var all = payload;
        if (!Ber.TryTake(ref all, out _, out var rest, out var whole)) return isStream && payload.Length < 4 ? Verdict.NeedMore : Verdict.None;
        if (!whole && !isStream || whole && !all.IsEmpty && (!isStream || all[0] != Message)) return Verdict.None;
        bool calling = false, invocation = false;
        for (var index = 0; index < MostElements && Ber.TryTake(ref rest, out var tag, out var value, out var complete); index++)
        {
            switch (tag)
            {
                case ContextName when value.IndexOf(DlmsIdentifier) >= 0: return Verdict.None;
                case CalledTitle or CallingTitle: if (complete && !IsTitle(value)) return Verdict.None; calling = true; break;
                case CallingInvocation: invocation = true; break;
                case UserInformation: return calling && invocation && value.Length > 2 && value[0] == External && (complete ? rest.IsEmpty : !whole) ? Verdict.Certain : Verdict.None;
                case ContextName or CalledQualifier or CalledInvocation or CallingQualifier or MechanismName or AuthenticationValue: break;
                default: return Verdict.None;
            }
        }

        return !whole && payload.Length < EnoughToTell ? Verdict.NeedMore : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.IsEmpty || stream[0] == Message ? Ber.Measure(stream, MaximumMessage) : -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (!Ber.TryTake(ref message, Message, out var rest)) return;
        ReadOnlySpan<byte> called = default, calling = default, information = default;
        var answers = false;
        while (Ber.TryTake(ref rest, out var tag, out var value))
        {
            if (tag == CalledTitle) called = value;
            if (tag == CallingTitle) calling = value;
            if (tag == CalledInvocation) answers = true;                           // names the request that it answers
            if (tag == UserInformation) information = value;
        }

        var sender = ReadInformation(information, answers, notes);
        if (sender == Party.Unknown) return;
        notes.SenderIs(sender);
        NoteTitle(notes, calling, ofSender: true, sender == Party.Server ? FactKind.Device : FactKind.Fingerprint);
        NoteTitle(notes, called, ofSender: false, sender == Party.Server ? FactKind.Fingerprint : FactKind.Device);
    }

    private static bool IsTitle(ReadOnlySpan<byte> value) =>
        value.Length > 2 && value[0] is AbsoluteTitle or RelativeTitle or ContextRelativeTitle && value[1] == value.Length - 2;

    private static Party ReadInformation(ReadOnlySpan<byte> information, bool answers, Notes notes)
    {
        if (!Ber.TryTake(ref information, External, out var rest)) return Party.Unknown;
        ReadOnlySpan<byte> epsem = default;
        while (Ber.TryTake(ref rest, out var tag, out var value))
        {
            if (tag == OctetAligned) epsem = value;
            else if (tag != IndirectReference) break;
        }

        if (epsem.IsEmpty) return Party.Unknown;
        if ((epsem[0] >> SecurityShift & SecurityMask) == Encrypted)
        {
            notes.Effect(Effect.Opaque);
            return answers ? Party.Server : Party.Client;
        }

        var services = epsem[Math.Min(epsem.Length, 1 + ((epsem[0] & HasDeviceClass) != 0 ? DeviceClassOctets : 0))..];
        return EpsemServices.Read(services, notes);
    }

    private static void NoteTitle(Notes notes, ReadOnlySpan<byte> element, bool ofSender, FactKind kind)
    {
        if (!IsTitle(element)) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("c1222 aptitle "u8);
        text.AddObjectIdentifier(element[2..], relative: element[0] != AbsoluteTitle);
        if (ofSender) notes.SenderFact(kind, text.Text);
        else notes.Fact(notes.Receiver.Address, kind, text.Text, Certainty.Announced);
    }
}

/// <summary>
/// The services in EPSEM (ANSI C12.22-2012 section 5.2; ANSI C12.18 and C12.21 use the same codes): length, code, parameters, repeated.
/// Codes below 0x20 are results. A write of table 7 starts a procedure of ANSI C12.19.
/// </summary>
internal static class EpsemServices
{
    private const byte Identify = 0x20, Terminate = 0x21, Disconnect = 0x22, Deregister = 0x24, Resolve = 0x25, Trace = 0x26, Register = 0x27,
        FullRead = 0x30, LastIndexRead = 0x39, DefaultRead = 0x3E, OffsetRead = 0x3F, FullWrite = 0x40, LastIndexWrite = 0x49, DefaultWrite = 0x4E, OffsetWrite = 0x4F,
        Logon = 0x50, Security = 0x51, FirstRequest = 0x20;
    private const int TableOffset = 1, CountOctets = 2, OffsetOctets = 3, FullWriteData = TableOffset + 2 + CountOctets, OffsetWriteData = FullWriteData + OffsetOctets;
    private const int TableMask = 0x07FF;                           // ANSI C12.19: bits 0-10 number, 11 manufacturer's, 12 pending
    private const ushort MakersTable = 0x0800;
    private const ushort GeneralConfiguration = 0, MakerTable = 1, Mode = 3, DeviceIdentification = 5, ProcedureInitiate = 7, FirstSecurityTable = 42, LastSecurityTable = 45;
    private const int MostServices = 32;

    /// <summary>In the conversation's memory: the table asked for plus one in the low word, and whether an operation awaits its result.</summary>
    private const ulong OperationPending = 1ul << 32, TableAsked = 0xFFFF;

    public static Party Read(ReadOnlySpan<byte> services, Notes notes)
    {
        var sender = Party.Unknown;
        for (var index = 0; index < MostServices && Ber.TryReadLength(services, out var size, out var length) && length > 0; index++)
        {
            var service = services[Math.Min(size, services.Length)..Math.Min(services.Length, size + length)];
            if (service.IsEmpty) break;
            notes.Function(service[0]);
            if (sender == Party.Unknown) sender = service[0] >= FirstRequest ? Party.Client : Party.Server;
            if (service[0] >= FirstRequest) ReadRequest(service, notes);
            else ReadResult(service, notes);
            services = services[Math.Min(services.Length, size + length)..];
        }

        return sender;
    }

    private static void ReadRequest(ReadOnlySpan<byte> service, Notes notes)
    {
        notes.Memory.First = 0;
        switch (service[0])
        {
            case Identify or Resolve or Trace: notes.Effect(Effect.Identify); break;
            case >= FullRead and <= LastIndexRead or DefaultRead or OffsetRead: ReadOfTable(service, notes); break;
            case >= FullWrite and <= LastIndexWrite or DefaultWrite or OffsetWrite: WriteOfTable(service, notes); break;
            case Register: NoteRegistration(service, notes); break;
            case Logon when service.Length > 2:
                var user = BinaryPrimitives.ReadUInt16BigEndian(service[1..]);
                Begin(notes);
                notes.Operation(Effect.Admin, $"logs on as user {user}");
                break;
            case Security: Begin(notes); notes.Operation(Effect.Admin, $"sends its password in clear (security service)"); break;
            case Deregister: Begin(notes); notes.Operation(Effect.Admin, $"deregisters a node"); break;
            case Terminate or Disconnect: notes.Effect(Effect.Admin); break;       // of the session, not of the customer
            default: notes.Effect(Effect.Admin); break;                            // log off, authenticate, negotiate, wait, timing
        }
    }

    private static void ReadOfTable(ReadOnlySpan<byte> service, Notes notes)
    {
        if (service.Length < TableOffset + 2)
        {
            notes.Effect(Effect.Read);
            return;
        }

        var table = BinaryPrimitives.ReadUInt16BigEndian(service[TableOffset..]);
        if (service[0] == FullRead) notes.Memory.First = table + 1u;
        notes.Effect(table is GeneralConfiguration or MakerTable or Mode or DeviceIdentification ? Effect.Identify : Effect.Read);
    }

    private static void WriteOfTable(ReadOnlySpan<byte> service, Notes notes)
    {
        Begin(notes);
        if (service.Length < TableOffset + 2)
        {
            notes.Effect(Effect.Write);
            return;
        }

        var table = BinaryPrimitives.ReadUInt16BigEndian(service[TableOffset..]);
        var data = service[0] == OffsetWrite ? OffsetWriteData : FullWriteData;
        if (table == ProcedureInitiate && service[0] is FullWrite or OffsetWrite && service.Length >= data + 2)
        {
            NoteProcedure(BinaryPrimitives.ReadUInt16LittleEndian(service[data..]), notes);
            return;
        }

        var number = table & TableMask;
        var effect = (table & MakersTable) == 0 && number is >= FirstSecurityTable and <= LastSecurityTable ? Effect.Admin : Effect.Write;
        var owner = (table & MakersTable) == 0 ? "standard" : "manufacturer";
        notes.Operation(effect, $"writes {owner} table {number}");
    }

    /// <summary>Standard procedures of ANSI C12.19-2012 section 9.1, table 7. What a maker's own do only the maker says: a remote disconnect is usually one.</summary>
    private static void NoteProcedure(ushort selector, Notes notes)
    {
        var number = selector & TableMask;
        if ((selector & MakersTable) != 0)
        {
            notes.Operation(Effect.Control, $"manufacturer procedure {number}");
            return;
        }

        var (effect, what) = number switch
        {
            0 => (Effect.Admin, "cold start"),
            1 => (Effect.Admin, "warm start"),
            2 => (Effect.Write, "save configuration"),
            3 => (Effect.Write, "clear data"),
            4 or 5 => (Effect.Write, "list pointers"),
            6 => (Effect.Admin, "change end device mode"),
            7 or 8 => (Effect.Write, "clear status flags"),
            9 => (Effect.Write, "remote reset"),
            10 or 32 => (Effect.Admin, "set date and time"),
            11 => (Effect.Identify, "diagnostics"),
            >= 12 and <= 15 => (Effect.Program, "activate or clear pending tables"),
            18 or 19 => (Effect.Admin, "log in or out"),
            21 => (Effect.Control, "direct load control"),
            22 => (Effect.Control, "modify credit"),
            16 or 17 or 20 or (>= 28 and <= 31) => (Effect.Admin, "profile or call"),
            _ => (Effect.Write, "unknown"),
        };
        notes.Operation(effect, $"standard procedure {number} ({what})");
    }

    private static void NoteRegistration(ReadOnlySpan<byte> service, Notes notes)
    {
        const int NodeTypeOffset = 1;
        const byte Relays = 0x03, Host = 0x04, EndDevice = 0x20;
        Begin(notes);
        notes.Operation(Effect.Admin, $"registers a node");
        if (service.Length <= NodeTypeOffset) return;
        var type = service[NodeTypeOffset];
        if ((type & EndDevice) != 0) notes.SenderFact(FactKind.Role, "meter");
        if ((type & Relays) != 0) notes.SenderFact(FactKind.Role, "relay");
        if ((type & Host) != 0) notes.SenderFact(FactKind.Role, "head-end");
    }

    private static void Begin(Notes notes) => notes.Memory.First = OperationPending;

    private static void ReadResult(ReadOnlySpan<byte> service, Notes notes)
    {
        const int DataOffset = 1 + CountOctets;
        var memory = notes.Memory.First;
        notes.Memory.First = 0;
        if ((memory & OperationPending) != 0) notes.Answered(service[0] == 0);
        if (service[0] != 0 || service.Length <= DataOffset) return;
        var data = service[DataOffset..];
        if ((memory & TableAsked) == MakerTable + 1) NoteMaker(data, notes);
        if ((memory & TableAsked) == DeviceIdentification + 1 && data.Length >= 20)
        {
            var text = new FactText(stackalloc byte[FactText.Size]);
            text.Add("c1222 device "u8);
            text.Add(data[..20].TrimEnd(" \0"u8));
            notes.SenderFact(FactKind.Device, text.Text);
        }
    }

    /// <summary>Table 1 (ANSI C12.19 section 9.1.2): maker 4, model 8, hardware and firmware version and revision 4, serial 16 characters.</summary>
    private static void NoteMaker(ReadOnlySpan<byte> data, Notes notes)
    {
        const int Model = 4, Versions = 12, Serial = 16, End = 32;
        if (data.Length < End) return;
        notes.SenderFact(FactKind.Vendor, data[..Model].TrimEnd(" \0"u8));
        notes.SenderFact(FactKind.Model, data[Model..Versions].TrimEnd(" \0"u8));
        notes.SenderFact(FactKind.Serial, data[Serial..End].TrimEnd(" \0"u8));
    }
}
