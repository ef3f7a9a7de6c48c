using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>SNMP 1, 2c (RFC 1157, RFC 3416) and 3 (RFC 3412): reads, writes and what the system group says.</summary>
internal sealed class Snmp : IProtocol
{
    // RFC 3416 section 3
    private const byte Get = 0xA0, GetNext = 0xA1, Response = 0xA2, Set = 0xA3, Trap = 0xA4, GetBulk = 0xA5, Inform = 0xA6,
        TrapTwo = 0xA7, Report = 0xA8;
    private const byte Private = 0x02;                           // RFC 3412 section 6.4, msgFlags

    public string Name => "snmp";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [161, 162];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        payload.Length > 12 && payload[0] == Ber.Sequence && TryRead(payload, out _, out var pdu, out _)
            && (pdu is >= Get and <= Report || pdu == Ber.Sequence || pdu == Ber.OctetString)
            ? Verdict.Certain : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (!TryRead(message, out var isPrivate, out var pdu, out var content)) return;
        if (isPrivate)
        {
            notes.Effect(Effect.Opaque);
            return;
        }

        if (pdu == Ber.Sequence)                                 // scopedPDU, RFC 3412 section 6: engine, context, PDU
        {
            Ber.TryTake(ref content, out _, out _);
            Ber.TryTake(ref content, out _, out _);
            if (!Ber.TryTake(ref content, out pdu, out content)) return;
        }

        if (pdu is >= Get and <= Report) ReadPdu(pdu, content, notes);
    }

    private static void ReadPdu(int pdu, ReadOnlySpan<byte> content, Notes notes)
    {
        notes.Function(pdu & 0x0F);
        switch (pdu)
        {
            case Get or GetNext or GetBulk:
                notes.SenderIs(Party.Client);
                notes.Effect(Effect.Read);
                break;
            case Set:
                notes.SenderIs(Party.Client);
                notes.Memory.First = 1;
                notes.Operation(Effect.Write, $"sets {FirstName(content)}");
                break;
            case Trap or TrapTwo or Inform:
                notes.Effect(Effect.Report);
                break;
            case Response:
                notes.SenderIs(Party.Server);
                if (notes.Memory.First == 1) notes.Answered(ErrorStatus(content) == 0);
                notes.Memory.First = 0;
                NoteSystem(content, notes);
                break;
        }
    }

    /// <summary>Version, then community and PDU, or for version 3 the header and security parameters.</summary>
    private static bool TryRead(ReadOnlySpan<byte> message, out bool isPrivate, out int pdu, out ReadOnlySpan<byte> content)
    {
        isPrivate = false;
        pdu = 0;
        content = default;
        if (!Ber.TryTake(ref message, Ber.Sequence, out var body) || !Ber.TryTake(ref body, Ber.Integer, out var version)) return false;
        switch (Ber.SmallInteger(version))
        {
            case 0 or 1:
                return Ber.TryTake(ref body, Ber.OctetString, out _) && Ber.TryTake(ref body, out pdu, out content) && pdu is >= Get and <= Report;
            case 3:
                if (!Ber.TryTake(ref body, Ber.Sequence, out var header) || !Ber.TryTake(ref header, Ber.Integer, out _)
                    || !Ber.TryTake(ref header, Ber.Integer, out _))
                    return false;
                if (!Ber.TryTake(ref header, Ber.OctetString, out var flags) || flags.Length != 1) return false;
                isPrivate = (flags[0] & Private) != 0;
                return Ber.TryTake(ref body, Ber.OctetString, out _) && Ber.TryTake(ref body, out pdu, out content)
                    && pdu is Ber.Sequence or Ber.OctetString;
            default:
                return false;
        }
    }

    private static int ErrorStatus(ReadOnlySpan<byte> pdu)
    {
        Ber.TryTake(ref pdu, out _, out _);
        return Ber.TryTake(ref pdu, Ber.Integer, out var status) ? Ber.SmallInteger(status) : -1;
    }

    /// <summary>The first variable's object identifier, RFC 1157 section 4.1.</summary>
    private static string FirstName(ReadOnlySpan<byte> pdu)
    {
        for (var field = 0; field < 3; field++) Ber.TryTake(ref pdu, out _, out _);
        if (!Ber.TryTake(ref pdu, Ber.Sequence, out var list) || !Ber.TryTake(ref list, Ber.Sequence, out var binding)
            || !Ber.TryTake(ref binding, Ber.ObjectIdentifier, out var id))
            return "nothing";
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        long part = 0;
        foreach (var octet in id)
        {
            part = (part & 0xFFFF_FFFF) << 7 | (uint)(octet & 0x7F);
            if ((octet & 0x80) != 0) continue;
            if (text.IsEmpty)
            {
                text.Append(Math.Min(part / 40, 2));
                part -= Math.Min(part / 40, 2) * 40;
            }

            text.Append((byte)'.');
            text.Append(part);
            part = 0;
        }

        return System.Text.Encoding.ASCII.GetString(text.Value);
    }

    /// <summary>The system group, RFC 3418 section 2: sysDescr 1.3.6.1.2.1.1.1.0 and sysName ...5.0.</summary>
    private static void NoteSystem(ReadOnlySpan<byte> pdu, Notes notes)
    {
        const int Description = 1, SystemName = 5;
        ReadOnlySpan<byte> system = [0x2B, 6, 1, 2, 1, 1];
        for (var field = 0; field < 3; field++) Ber.TryTake(ref pdu, out _, out _);
        if (!Ber.TryTake(ref pdu, Ber.Sequence, out var list)) return;
        while (Ber.TryTake(ref list, Ber.Sequence, out var binding))
        {
            if (!Ber.TryTake(ref binding, Ber.ObjectIdentifier, out var id) || id.Length != system.Length + 2 || !id.StartsWith(system)
                || id[^1] != 0)
                continue;
            if (!Ber.TryTake(ref binding, Ber.OctetString, out var value) || value.Length == 0) continue;
            if (id[^2] == Description) notes.SenderFact(FactKind.Model, value);
            if (id[^2] == SystemName) notes.SenderFact(FactKind.Name, value);
        }
    }
}
