using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The NetBIOS name service, RFC 1002 section 4.2: which machine registers, answers to or lists which name.</summary>
internal sealed class NetBiosName : IProtocol
{
    private const ushort Port = 137;
    private const int Query = 0, Registration = 5, Refresh = 8, RefreshAlternate = 9, MultiHomed = 15;   // section 4.2.1.1, OPCODE; 15 is Microsoft's
    private const int QuestionCount = 4;
    private const byte GroupName = 0x80;                         // section 4.2.1.3 NB_FLAGS and 4.2.18 NAME_FLAGS, bit G
    private const int ListedName = 18;                           // section 4.2.18: 16 octets of name, 2 of flags
    public const int EncodedName = 34;                           // section 4.1: length 20h, 32 letters, root
    public const int NameLength = 15;

    public string Name => "netbios-ns";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (!carrier.Uses(Port) || payload.Length < DnsMessage.Header) return Verdict.None;
        if (DnsMessage.Opcode(payload) is not (Query or Registration or 6 or 7 or Refresh or RefreshAlternate or MultiHomed)) return Verdict.None;
        var name = payload[DnsMessage.Header..];
        if (name.Length < EncodedName) return payload[QuestionCount] == 0 && name.Length < 2 ? Verdict.Weak : Verdict.None;
        return IsEncodedName(name) ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < DnsMessage.Header + EncodedName) return;
        var isResponse = DnsMessage.IsResponse(message);
        notes.SenderIs(isResponse ? Party.Server : Party.Client);
        var opcode = DnsMessage.Opcode(message);
        var records = new DnsRecords(message);
        while (records.Read())
        {
            if (records.Type == DnsMessage.NetBiosStatus && isResponse) NoteList(records.Data, notes);
            else if (records.Type == DnsMessage.NetBios && (isResponse || opcode is Registration or Refresh or RefreshAlternate or MultiHomed))
                NoteAddresses(message[DnsMessage.Header..], records.Data, notes);
        }
    }

    public static bool IsEncodedName(ReadOnlySpan<byte> name) =>
        name.Length >= EncodedName && name[0] == 0x20 && name.Slice(1, 32).IndexOfAnyExceptInRange((byte)'A', (byte)'P') < 0;

    /// <summary>RFC 1001 section 14.1: each half octet is a letter from A to P. The sixteenth octet is the kind of name.</summary>
    public static byte Decode(ReadOnlySpan<byte> encoded, Span<byte> name)
    {
        for (var index = 0; index < NameLength; index++) name[index] = (byte)(encoded[1 + 2 * index] - 'A' << 4 | encoded[2 + 2 * index] - 'A' & 0xF);
        return (byte)(encoded[31] - 'A' << 4 | encoded[32] - 'A' & 0xF);
    }

    private static void NoteAddresses(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> data, Notes notes)
    {
        if (!IsEncodedName(encoded)) return;
        Span<byte> name = stackalloc byte[NameLength];
        var kind = Decode(encoded, name);
        for (; data.Length >= 6; data = data[6..])               // section 4.2.1.3: NB_FLAGS and NB_ADDRESS
        {
            var subject = Address.IPv4(data[2..]);
            if (!subject.IsUnspecified && !subject.IsGroup) Note(subject, name, kind, (data[0] & GroupName) != 0, notes);
        }
    }

    private static void NoteList(ReadOnlySpan<byte> data, Notes notes)
    {
        if (data.Length == 0) return;
        var left = data[0];
        for (data = data[1..]; left > 0 && data.Length >= ListedName; data = data[ListedName..], left--)
        {
            Note(notes.Sender.Address, data[..NameLength], data[NameLength], (data[NameLength + 1] & GroupName) != 0, notes);
        }
    }

    /// <summary>The sixteenth octet of a name, as Microsoft assigns it (MS-NBTE, MS-BRWS section 2.1.1.1).</summary>
    public static void Note(Address subject, ReadOnlySpan<byte> name, byte kind, bool isGroup, Notes notes)
    {
        const byte Workstation = 0x00, MasterBrowser = 0x1B, DomainControllers = 0x1C, FileServer = 0x20;
        name = name.TrimEnd((byte)' ').TrimEnd((byte)0);
        if (name.Length == 0 || name[0] < 0x20) return;          // __MSBROWSE__
        var certainty = subject == notes.Sender.Address ? Certainty.Own : Certainty.Announced;
        if (kind is Workstation or FileServer && !isGroup) notes.Fact(subject, FactKind.Name, name, certainty);
        if (kind == FileServer) notes.Fact(subject, FactKind.Role, "file server", certainty);
        if (kind is DomainControllers or MasterBrowser)
            notes.Fact(subject, FactKind.Role, kind == DomainControllers ? "domain controller" : "master browser", certainty);
    }
}
