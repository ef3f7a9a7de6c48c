using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>DHCP for IPv6, RFC 8415 section 8 and 9; the client's name is RFC 4704's option 39.</summary>
internal sealed class DhcpSix : IProtocol
{
    private const ushort ClientPort = 546, ServerPort = 547;
    private const int Options = 4, RelayOptions = 34;            // section 8 and 9
    private const int LeastIdentifier = 4;                       // section 11: a type of two octets and something
    private const byte Advertise = 2, Reply = 7, Reconfigure = 10, RelayForward = 12, RelayReply = 13, LastType = 13;    // section 7.3
    // section 21; IANA has given none above
    private const int ClientIdentifier = 1, ServerIdentifier = 2, RelayMessage = 9, FullName = 39, LastOption = 255;

    public string Name => "dhcpv6";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [ClientPort, ServerPort];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (!carrier.Uses(ServerPort) && !carrier.Uses(ClientPort) || payload.Length <= Options || payload[0] is 0 or > LastType) return Verdict.None;
        var options = new Cursor(payload[Math.Min(payload.Length, FirstOption(payload))..]);
        bool identifies = false, known = true;
        while (options.Left > 0 && known)
        {
            var code = options.U16();
            known = code is > 0 and <= LastOption;
            var length = options.U16();
            identifies |= length >= LeastIdentifier && code is ClientIdentifier or ServerIdentifier or RelayMessage;
            options.Skip(length);
        }

        return !known ? Verdict.None : options.Ok && identifies ? Verdict.Certain : carrier.Uses(ServerPort) ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= Options || message[0] is RelayForward or RelayReply) return;
        notes.Function(message[0]);
        var fromServer = message[0] is Advertise or Reply or Reconfigure;
        notes.SenderIs(fromServer ? Party.Server : Party.Client);
        if (fromServer)
        {
            notes.SenderFact(FactKind.Role, "dhcp server");
            return;
        }

        var options = new Cursor(message[Options..]);
        while (options.Left >= 4)
        {
            var code = options.U16();
            var value = options.Take(options.U16());
            if (code == ClientIdentifier && value.Length > 2) NoteIdentifier(value, notes);
            if (code == FullName && value.Length > 1) NoteName(value[1..], notes);
        }
    }

    private static int FirstOption(ReadOnlySpan<byte> message) => message[0] is RelayForward or RelayReply ? RelayOptions : Options;

    private static void NoteIdentifier(ReadOnlySpan<byte> identifier, Notes notes)
    {
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append("dhcp unique id "u8);
        text.AppendHex(identifier);
        notes.SenderFact(FactKind.Fingerprint, text.Value);
    }

    /// <summary>RFC 4704 section 4.2: DNS wire form, without the root when it is a partial name.</summary>
    private static void NoteName(ReadOnlySpan<byte> wire, Notes notes)
    {
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        var labels = new Cursor(wire);
        while (labels.Left > 0 && labels.U8() is > 0 and < 64 and var length)
        {
            if (!text.IsEmpty) text.Append((byte)'.');
            text.Append(labels.Take(length));
        }

        if (labels.Ok && !text.IsEmpty) notes.SenderFact(FactKind.Name, text.Value);
    }
}
