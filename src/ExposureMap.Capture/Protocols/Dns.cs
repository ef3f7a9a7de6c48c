using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The domain name system, RFC 1035; on TCP each message has its length before it (section 4.2.2). Dynamic update: RFC 2136.</summary>
internal sealed class Dns : IProtocol
{
    private const ushort Port = 53;
    private const int LengthPrefix = 2;
    private const int Update = 5;                                // RFC 2136 section 1.3

    public string Name => "dns";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Uses(5353) || carrier.Uses(5355) || carrier.Uses(137) || carrier.Uses(138)) return Verdict.None;   // mDNS, LLMNR, NetBIOS
        if (carrier.Transport == Transport.Tcp)
        {
            if (payload.Length < LengthPrefix + DnsMessage.Header) return Verdict.None;
            var length = BinaryPrimitives.ReadUInt16BigEndian(payload);
            if (length <= DnsMessage.Header) return Verdict.None;
            payload = payload[LengthPrefix..];
            if (length > payload.Length && !carrier.Uses(Port)) return Verdict.None;
            payload = payload[..Math.Min(length, payload.Length)];
        }

        var verdict = DnsMessage.Fits(payload);
        return verdict == Verdict.Weak && !carrier.Uses(Port) ? Verdict.None : verdict;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < LengthPrefix) return 0;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stream);
        return length < DnsMessage.Header ? -1 : LengthPrefix + length;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport == Transport.Tcp) message = message[Math.Min(LengthPrefix, message.Length)..];
        if (message.Length < DnsMessage.Header) return;
        var isResponse = DnsMessage.IsResponse(message);
        notes.SenderIs(isResponse ? Party.Server : Party.Client);
        if (!isResponse)
        {
            if (DnsMessage.Opcode(message) == Update) notes.Operation(Effect.Write, $"updates a DNS zone");
            return;
        }

        if (notes.Sender.Port == Port) notes.SenderFact(FactKind.Role, "dns server");
        if (DnsMessage.Opcode(message) == 0) DnsMessage.NoteAddresses(message, Certainty.Announced, notes);
    }
}
