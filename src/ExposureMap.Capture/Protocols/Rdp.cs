using System.Buffers.Binary;
using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Remote desktop, MS-RDPBCGR section 2.2.1: X.224 connection with a cookie or a negotiation, then usually TLS on the same connection; and its second
/// connection on UDP, MS-RDPEUDP section 2.2.2.
/// </summary>
internal sealed class Rdp : IProtocol
{
    private const ushort Port = 3389;
    private const int TpktHead = 4, LengthIndicator = 4, Code = 5, Tail = 11;                // RFC 1006 section 6, X.224 section 13.3
    private const byte ConnectionRequest = 0xE0, ConnectionConfirm = 0xD0, Data = 0xF0;
    private const int NegotiationLength = 8;                     // sections 2.2.1.1.1, 2.2.1.2.1, 2.2.1.2.2
    private const byte NegotiationRequest = 1, NegotiationResponse = 2, NegotiationFailure = 3;
    // MS-RDPEUDP sections 2.2.2.1 and 2.2.2.5
    private const int DatagramFlags = 6, Offers = 12, SmallestOffer = 1132, LargestOffer = 1232, Fill = 256;
    private const byte Synchronizes = 1, Acknowledges = 4;
    private const int ClientCore = 0xC001, ClientNameOffset = 24, ClientNameLength = 32;     // section 2.2.1.3.2

    private static ReadOnlySpan<byte> Cookie => "Cookie: mstshash="u8;

    public string Name => "rdp";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 4096;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Transport == Transport.Udp) return IsSynchronization(payload) ? Verdict.Certain : Verdict.None;
        if (payload.Length < Tail || payload[0] != 3 || payload[1] != 0) return Verdict.None;
        if (payload[Code] is not (ConnectionRequest or ConnectionConfirm) || BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) != payload.Length)
            return Verdict.None;
        if (payload[LengthIndicator] != payload.Length - TpktHead - 1) return Verdict.None;
        var tail = payload[Tail..];
        if (payload[Code] == ConnectionRequest && (tail.StartsWith(Cookie) || tail.StartsWith("Cookie: msts="u8))) return Verdict.Certain;
        if (tail.Length >= NegotiationLength && IsNegotiation(tail[^NegotiationLength..], payload[Code])) return Verdict.Certain;
        return tail.Length == 0 && carrier.Uses(Port) ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < TpktHead) return 0;
        if (stream[0] == 3 && stream[1] == 0) return BinaryPrimitives.ReadUInt16BigEndian(stream[2..]) is >= 7 and var length ? length : -1;
        if (Tls.MeasureRecord(stream) is > 0 and var record) return record;
        if ((stream[0] & 3) != 0) return -1;                     // section 2.2.9.1.2: fast path has action 0
        var fast = (stream[1] & 0x80) == 0 ? stream[1] : (stream[1] & 0x7F) << 8 | stream[2];
        return fast > 3 ? fast : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < TpktHead) return;
        if (notes.Carrier.Transport == Transport.Udp)
        {
            if (IsSynchronization(message)) notes.SenderIs((message[DatagramFlags + 1] & Acknowledges) == 0 ? Party.Client : Party.Server);
            notes.Effect(Effect.Opaque);
            return;
        }

        if (message[0] is >= 20 and <= 24 && message[1] == 3)
        {
            notes.Carries("ssl");
            Tls.ReadRecord(message, notes);
        }
        else if (message[0] != 3)
        {
            notes.Effect(Effect.Opaque);
        }
        else if (message.Length >= Tail && message[Code] == ConnectionRequest)
        {
            ReadRequest(message[Tail..], notes);
        }
        else if (message.Length >= Tail && message[Code] == ConnectionConfirm)
        {
            notes.SenderIs(Party.Server);
        }
        else if (message.Length > Code && message[Code] == Data)
        {
            NoteClientName(message, notes);
        }
    }

    /// <summary>MS-RDPEUDP section 3.1.5.1.1: both ends offer datagrams of 1132 to 1232 octets, and fill this one up to that.</summary>
    private static bool IsSynchronization(ReadOnlySpan<byte> datagram) =>
        datagram.Length is >= SmallestOffer and <= LargestOffer && (datagram[DatagramFlags + 1] & Synchronizes) != 0
        && BinaryPrimitives.ReadUInt16BigEndian(datagram[Offers..]) is >= SmallestOffer and <= LargestOffer
        && BinaryPrimitives.ReadUInt16BigEndian(datagram[(Offers + 2)..]) is >= SmallestOffer and <= LargestOffer
        && datagram[^Fill..].IndexOfAnyExcept((byte)0) < 0;

    private static bool IsNegotiation(ReadOnlySpan<byte> tail, byte code)
    {
        if (tail[2] != NegotiationLength || tail[3] != 0) return false;
        return code == ConnectionRequest ? tail[0] == NegotiationRequest && tail[5] == 0 : tail[0] is NegotiationResponse or NegotiationFailure;
    }

    private static void ReadRequest(ReadOnlySpan<byte> tail, Notes notes)
    {
        notes.SenderIs(Party.Client);
        var user = notes.Keeps(Effect.Admin) && tail.StartsWith(Cookie) ? WireText.Clean(TextHead.FirstLine(tail)[Cookie.Length..]) : "";
        if (user.Length > 0) notes.Operation(Effect.Admin, $"asks for a desktop as {user}");
        else notes.Operation(Effect.Admin, $"asks for a desktop");
    }

    /// <summary>In the MCS connect-initial (7F 65): the client core data with the computer's name, 16 characters of UTF-16.</summary>
    private static void NoteClientName(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < 9 || message[7] != 0x7F || message[8] != 0x65) return;
        Span<byte> head = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(head, ClientCore);
        var core = message.IndexOf(head);
        if (core < 0 || core + ClientNameOffset + ClientNameLength > message.Length) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.AppendUtf16(message.Slice(core + ClientNameOffset, ClientNameLength));
        if (text.Value.TrimEnd((byte)0) is { Length: > 0 } name) notes.SenderFact(FactKind.Name, name);
    }
}
