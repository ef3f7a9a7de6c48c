using System.Buffers.Binary;
using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>SMB 1, 2 and 3 on TCP 445 and in NetBIOS sessions on 139: MS-CIFS, MS-SMB2, RFC 1002 section 4.3.</summary>
internal sealed class Smb : IProtocol
{
    private const int SessionHead = 4;                           // RFC 1002 section 4.3.1; MS-SMB2 section 2.1
    private const byte SessionMessage = 0x00, SessionRequest = 0x81, PositiveResponse = 0x82, NegativeResponse = 0x83, KeepAlive = 0x85;
    private const int OneCommand = 4, OneFlags = 9, OneHead = 32;                            // MS-CIFS section 2.2.3.1
    private const byte OneReply = 0x80, OneWrite = 0x2F, OneOpen = 0xA2, OneNegotiate = 0x72, OneTransaction = 0x25;
    private const int Head = 64, Command = 12, Flags = 16, NextCommand = 20;                 // MS-SMB2 section 2.2.1.2
    private const uint Reply = 1;
    private const ushort Negotiate = 0, SessionSetup = 1, Create = 5, Read8 = 8, Write9 = 9, Control = 11;
    private const int CreateDisposition = 36, CreateNameOffset = 44, CreateNameLength = 46;  // section 2.2.13
    private const int ServerIdentifier = 8;                      // section 2.2.4
    private const int MaximumChain = 8;

    public string Name => "smb";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [445, 139];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < SessionHead) return Verdict.None;
        switch (payload[0])
        {
            case SessionMessage when payload[1] <= 1:
                if (payload.Length < SessionHead + 4) return carrier.Uses(445) || carrier.Uses(139) ? Verdict.NeedMore : Verdict.None;
                return IsMessage(payload[SessionHead..]) ? Verdict.Certain : Verdict.None;
            case SessionRequest:
                return payload.Length >= SessionHead + 2 * NetBiosName.EncodedName && NetBiosName.IsEncodedName(payload[SessionHead..])
                    ? Verdict.Certain
                    : Verdict.None;
            case PositiveResponse or NegativeResponse or KeepAlive:
                return carrier.Uses(139) && payload.Length <= SessionHead + 1 && payload[1] == 0 ? Verdict.Weak : Verdict.None;
            default:
                return Verdict.None;
        }
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < SessionHead) return 0;
        if (stream[0] is not (SessionMessage or (>= SessionRequest and <= KeepAlive))) return -1;
        if (stream[0] == SessionMessage && stream.Length >= SessionHead + 4 && !IsMessage(stream[SessionHead..])) return -1;
        return SessionHead + (stream[1] << 16 | BinaryPrimitives.ReadUInt16BigEndian(stream[2..]));
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < SessionHead + 4) return;
        if (message[0] == SessionRequest) NoteSession(message[SessionHead..], notes);
        if (message[0] != SessionMessage) return;
        message = message[SessionHead..];
        switch (message[0])
        {
            case 0xFF when message.Length > OneHead:
                ReadOne(message, notes);
                break;
            case 0xFE:
                for (var left = MaximumChain; left > 0 && message.Length > Head; left--)
                {
                    var next = BinaryPrimitives.ReadUInt32LittleEndian(message[NextCommand..]);
                    var isChained = next >= Head && next < message.Length;
                    ReadTwo(isChained ? message[..(int)next] : message, notes);
                    if (!isChained) break;
                    message = message[(int)next..];
                }

                break;
            case 0xFD:                                           // MS-SMB2 section 2.2.41, encrypted
                notes.Effect(Effect.Opaque);
                break;
        }
    }

    /// <summary>FFh, FEh, FDh (encrypted) or FCh (compressed) and "SMB".</summary>
    private static bool IsMessage(ReadOnlySpan<byte> message) => message[0] >= 0xFC && message[1] == 'S' && message[2] == 'M' && message[3] == 'B';

    /// <summary>RFC 1002 section 4.3.2: called name, then calling name.</summary>
    private static void NoteSession(ReadOnlySpan<byte> names, Notes notes)
    {
        notes.SenderIs(Party.Client);
        if (names.Length < 2 * NetBiosName.EncodedName || !NetBiosName.IsEncodedName(names[NetBiosName.EncodedName..])) return;
        Span<byte> name = stackalloc byte[NetBiosName.NameLength];
        var kind = NetBiosName.Decode(names[NetBiosName.EncodedName..], name);
        NetBiosName.Note(notes.Sender.Address, name, kind, isGroup: false, notes);
    }

    private static void ReadOne(ReadOnlySpan<byte> message, Notes notes)
    {
        var isReply = (message[OneFlags] & OneReply) != 0;
        notes.SenderIs(isReply ? Party.Server : Party.Client);
        if (message[OneCommand] == OneNegotiate && !isReply) notes.Operation(Effect.Admin, $"offers SMB 1");
        if (message[OneCommand] is OneWrite && !isReply) notes.Effect(Effect.Write);
        if (message[OneCommand] is OneTransaction or OneWrite or 0x2E or OneOpen) DceRpc.Find(message[OneHead..], notes);
        Ntlm.Find(message[OneHead..], notes);
    }

    private static void ReadTwo(ReadOnlySpan<byte> message, Notes notes)
    {
        var isReply = (message[Flags] & Reply) != 0;
        notes.SenderIs(isReply ? Party.Server : Party.Client);
        var body = message[Head..];
        switch (BinaryPrimitives.ReadUInt16LittleEndian(message[Command..]))
        {
            case Negotiate when isReply && body.Length >= ServerIdentifier + 16:
                NoteIdentifier(body.Slice(ServerIdentifier, 16), notes);
                Ntlm.Find(body, notes);
                break;
            case SessionSetup:
                Ntlm.Find(body, notes);
                break;
            case Create when !isReply && body.Length > CreateNameLength + 2:
                ReadCreate(message, body, notes);
                break;
            case Read8:
                if (!isReply) notes.Effect(Effect.Read);
                else DceRpc.Find(body, notes);
                break;
            case Write9 when !isReply:
                notes.Effect(Effect.Write);
                DceRpc.Find(body, notes);
                break;
            case Control:
                DceRpc.Find(body, notes);
                break;
        }
    }

    private static void NoteIdentifier(ReadOnlySpan<byte> identifier, Notes notes)
    {
        if (identifier.IndexOfAnyExcept((byte)0) < 0) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append("smb server guid "u8);
        text.AppendHex(identifier);
        notes.SenderFact(FactKind.Fingerprint, text.Value);
    }

    private static void ReadCreate(ReadOnlySpan<byte> message, ReadOnlySpan<byte> body, Notes notes)
    {
        const int Open = 1;                                      // FILE_OPEN; the others make or replace
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(body[CreateNameOffset..]);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(body[CreateNameLength..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(body[CreateDisposition..]) == Open || offset + length > message.Length) return;
        if (!notes.Keeps(Effect.Write))
        {
            notes.Effect(Effect.Write);
            return;
        }

        var name = new ValueText(stackalloc byte[ValueText.Capacity]);
        name.AppendUtf16(message.Slice(offset, length));
        var shown = WireText.Clean(name.Value);
        notes.Operation(Effect.Write, $"creates or replaces file {shown}");
    }
}
