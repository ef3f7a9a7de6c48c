using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Kerberos 5, RFC 4120 section 5; on TCP with a length of four octets before each message (section 7.2.2).</summary>
internal sealed class Kerberos : IProtocol
{
    private const ushort Port = 88;
    private const int LengthPrefix = 4;
    private const int MaximumMessage = 0x100000;
    private const byte AsRequest = 0x6A, AsReply = 0x6B, TgsRequest = 0x6C, TgsReply = 0x6D, Error = 0x7E;   // section 5.10, [APPLICATION 10] ...
    private const byte ApRequest = 0x6E, ApReply = 0x6F;

    public string Name => "krb";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 2048;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Transport == Transport.Tcp)
        {
            if (payload.Length < LengthPrefix + 10 || payload[0] != 0) return Verdict.None;
            payload = payload[LengthPrefix..];
        }

        return IsMessage(payload) ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < LengthPrefix) return 0;
        var length = new Cursor(stream).U32();
        return length is > 10 and < MaximumMessage && (stream.Length == LengthPrefix || stream[LengthPrefix] is >= 0x60 and <= 0x7E)
            ? LengthPrefix + (int)length
            : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport == Transport.Tcp) message = message[Math.Min(LengthPrefix, message.Length)..];
        if (!IsMessage(message)) return;
        notes.SenderIs(message[0] is AsRequest or TgsRequest or ApRequest ? Party.Client : Party.Server);
        if (message[0] is AsReply or TgsReply) notes.SenderFact(FactKind.Role, "kerberos key distribution center");
        if (message[0] is AsRequest) NoteHostAddress(message, notes);
    }

    /// <summary>APPLICATION tag, SEQUENCE, then pvno 5 in [1] (requests) or [0], then msg-type equal to the tag.</summary>
    private static bool IsMessage(ReadOnlySpan<byte> message)
    {
        if (message.Length < 10 || message[0] is not (AsRequest or AsReply or TgsRequest or TgsReply or ApRequest or ApReply or Error)) return false;
        var tag = message[0];
        if (!Ber.TryTake(ref message, out _, out var body) || !Ber.TryTake(ref body, Ber.Sequence, out var fields) || fields.Length < 10)
            return false;
        var version = tag is AsRequest or TgsRequest ? 0xA1 : 0xA0;
        return fields[0] == version && fields[1] == 3 && fields[2] == Ber.Integer && fields[3] == 1 && fields[4] == 5
            && fields[5] == version + 1 && fields[7] == Ber.Integer && fields[9] == (tag & 0x1F);
    }

    /// <summary>HostAddress of type 20, NetBIOS (section 7.5.3): [0] INTEGER 20, [1] OCTET STRING of 15 or 16 octets.</summary>
    private static void NoteHostAddress(ReadOnlySpan<byte> message, Notes notes)
    {
        ReadOnlySpan<byte> netBios = [0xA0, 3, 2, 1, 20, 0xA1, 18, 4, 16];
        var begin = message.IndexOf(netBios);
        if (begin < 0 || begin + netBios.Length + NetBiosName.NameLength > message.Length) return;
        var name = message.Slice(begin + netBios.Length, NetBiosName.NameLength).TrimEnd((byte)' ');
        if (name.Length > 0) notes.SenderFact(FactKind.Name, name);
    }
}
