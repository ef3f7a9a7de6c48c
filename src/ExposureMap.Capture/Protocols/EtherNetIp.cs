using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>EtherNet/IP encapsulation on TCP and UDP 44818 and implicit I/O on UDP 2222. CIP Networks Library volume 2, chapter 2.</summary>
internal sealed class EtherNetIp : IProtocol
{
    private const ushort ExplicitPort = 44818, ImplicitPort = 2222;
    private const int LengthOffset = 2, SessionOffset = 4, StatusOffset = 8, OptionsOffset = 20, HeaderOctets = 24;      // 2-3.1
    private const int VersionOffset = HeaderOctets, InterfaceOffset = HeaderOctets, ItemCountOffset = 30, ItemsOffset = 32;
    private const int ItemHeader = 4;
    private const ushort ListTargets = 0x01, ListServices = 0x04, ListIdentity = 0x63, ListInterfaces = 0x64, RegisterSession = 0x65,
        UnregisterSession = 0x66,
        SendRequestReply = 0x6F, SendUnit = 0x70, IndicateStatus = 0x72, Cancel = 0x73, NoOperation = 0;
    // 2-6.2
    private const ushort UnconnectedData = 0xB2, ConnectedData = 0xB1, ConnectedAddress = 0xA1, SequencedAddress = 0x8002,
        IdentityItem = 0x0C, ServicesItem = 0x100;
    private const int SequencedAddressOctets = 8, SequenceOctets = 2, ImplicitHeader = 18;

    public string Name => "enip";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [ExplicitPort, ImplicitPort];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        var stream = carrier.Transport == Transport.Tcp;
        if (payload.Length < 4) return Verdict.None;
        if (!stream && IsImplicit(payload)) return Verdict.Certain;
        var command = ReadUInt16LittleEndian(payload);
        if (command > Cancel || !IsCommand(command)) return Verdict.None;
        if (payload.Length < HeaderOctets) return stream && carrier.Uses(ExplicitPort) ? Verdict.NeedMore : Verdict.None;
        int length = ReadUInt16LittleEndian(payload[LengthOffset..]);
        if (ReadUInt32LittleEndian(payload[OptionsOffset..]) != 0 || !IsStatus(ReadUInt32LittleEndian(payload[StatusOffset..]))) return Verdict.None;
        if (payload.Length < HeaderOctets + length)
            return stream && length < 4096 && (command is SendRequestReply or SendUnit || carrier.Uses(ExplicitPort)) ? Verdict.Weak : Verdict.None;
        if (!stream && payload.Length != HeaderOctets + length) return Verdict.None;
        var verdict = RecogniseBody(command, payload[..(HeaderOctets + length)]);
        return verdict == Verdict.None && carrier.Uses(ExplicitPort) ? Verdict.Weak : verdict;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < LengthOffset + 2) return 0;
        return IsCommand(ReadUInt16LittleEndian(stream)) ? HeaderOctets + ReadUInt16LittleEndian(stream[LengthOffset..]) : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport == Transport.Udp && IsImplicit(message))
        {
            notes.Carries("cip");
            notes.Effect(Effect.Report);                         // process data of a connection opened before; both ends send it
            return;
        }

        if (message.Length < HeaderOctets) return;
        var command = ReadUInt16LittleEndian(message);
        if (!IsCommand(command)) return;
        notes.Function(command);
        int length = ReadUInt16LittleEndian(message[LengthOffset..]);
        message = message[..Math.Min(message.Length, HeaderOctets + length)];
        switch (command)
        {
            case SendRequestReply or SendUnit:
                ReadItems(message, notes);
                break;
            case RegisterSession:
                notes.SenderIs(ReadUInt32LittleEndian(message[SessionOffset..]) == 0 ? Party.Client : Party.Server);
                notes.Effect(Effect.Identify);                   // opens the session, does nothing yet
                break;
            case ListIdentity or ListServices or ListInterfaces or ListTargets:
                notes.SenderIs(length == 0 ? Party.Client : Party.Server);
                if (length == 0) notes.Effect(Effect.Identify);
                else if (command == ListIdentity) ReadIdentity(message, notes);
                break;
            default:
                break;
        }
    }

    private static bool IsCommand(ushort command) =>
        command is NoOperation or ListTargets or ListServices or (>= ListIdentity and <= UnregisterSession) or SendRequestReply or SendUnit
            or IndicateStatus or Cancel;

    /// <summary>Table 2-3.3.</summary>
    private static bool IsStatus(uint status) => status is <= 3 or 0x64 or 0x65 or 0x69 or 0x6A;

    /// <summary>Two items, a sequenced address of 8 octets and connected data that ends with the datagram (2-6.4).</summary>
    private static bool IsImplicit(ReadOnlySpan<byte> payload) =>
        payload.Length >= ImplicitHeader && ReadUInt16LittleEndian(payload) == 2 && ReadUInt16LittleEndian(payload[2..]) == SequencedAddress
        && ReadUInt16LittleEndian(payload[4..]) == SequencedAddressOctets && ReadUInt16LittleEndian(payload[14..]) == ConnectedData
        && ReadUInt16LittleEndian(payload[16..]) == payload.Length - ImplicitHeader;

    private static Verdict RecogniseBody(ushort command, ReadOnlySpan<byte> message)
    {
        switch (command)
        {
            case RegisterSession:
                return message.Length == HeaderOctets + 4 && ReadUInt16LittleEndian(message[VersionOffset..]) == 1 ? Verdict.Certain : Verdict.None;
            case SendRequestReply or SendUnit:
                return message.Length >= ItemsOffset && ReadUInt32LittleEndian(message[InterfaceOffset..]) == 0 && ItemsFit(message) ? Verdict.Certain
                    : message.Length == HeaderOctets && ReadUInt32LittleEndian(message[StatusOffset..]) != 0 ? Verdict.Weak : Verdict.None;
            case ListIdentity or ListServices when message.Length > HeaderOctets + 6:
                var item = ReadUInt16LittleEndian(message[(HeaderOctets + 2)..]);
                return item == (command == ListIdentity ? IdentityItem : ServicesItem)
                    && ReadUInt16LittleEndian(message[HeaderOctets..]) is >= 1 and <= 4 ? Verdict.Certain : Verdict.None;
            case NoOperation:
                return Verdict.None;
            default:                                             // a bare head of zeros is told from other zeros by the port only
                return message.Length == HeaderOctets && ReadUInt32LittleEndian(message[SessionOffset..]) != 0 ? Verdict.Weak : Verdict.None;
        }
    }

    private static bool ItemsFit(ReadOnlySpan<byte> message)
    {
        var left = (int)ReadUInt16LittleEndian(message[ItemCountOffset..]);
        if (left is < 1 or > 4) return false;
        var rest = message[ItemsOffset..];
        for (; left > 0; left--)
        {
            if (rest.Length < ItemHeader || rest.Length < ItemHeader + ReadUInt16LittleEndian(rest[2..])) return false;
            rest = rest[(ItemHeader + ReadUInt16LittleEndian(rest[2..]))..];
        }

        return rest.IsEmpty;
    }

    private static void ReadItems(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < ItemsOffset) return;
        var rest = message[ItemsOffset..];
        uint connection = 0;
        for (int left = Math.Min((int)ReadUInt16LittleEndian(message[ItemCountOffset..]), 8); left > 0 && rest.Length >= ItemHeader; left--)
        {
            int type = ReadUInt16LittleEndian(rest), length = Math.Min(ReadUInt16LittleEndian(rest[2..]), rest.Length - ItemHeader);
            var data = rest.Slice(ItemHeader, length);
            if (type == ConnectedAddress && length >= sizeof(uint)) connection = ReadUInt32LittleEndian(data);
            if (type == UnconnectedData) Cip.Read(data, sequence: 0, connection: 0, notes);
            if (type == ConnectedData && length > SequenceOctets) Cip.Read(data[SequenceOctets..], ReadUInt16LittleEndian(data), connection, notes);
            rest = rest[(ItemHeader + length)..];
        }
    }

    private static void ReadIdentity(ReadOnlySpan<byte> message, Notes notes)
    {
        const int ObjectOffset = 24;                             // item head, protocol version, socket address of 16 octets; 2-4.2.3
        var item = message[Math.Min(HeaderOctets, message.Length)..];
        if (item.Length > ObjectOffset && ReadUInt16LittleEndian(item[2..]) == IdentityItem) CipIdentity.Note(item[ObjectOffset..], notes);
    }
}
