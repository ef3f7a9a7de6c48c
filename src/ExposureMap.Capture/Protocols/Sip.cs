using System.Buffers.Text;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Session initiation, RFC 3261 section 7.</summary>
internal sealed class Sip : IProtocol
{
    private const int MaximumHead = 1500;

    public string Name => "sip";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [5060];

    public int HeadOctets => MaximumHead;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 12 || payload[0] is < (byte)'A' or > (byte)'U') return Verdict.None;
        if (payload.StartsWith("SIP/2.0 "u8)) return Verdict.Certain;
        var target = TextHead.AfterWord(payload[..Math.Min(payload.Length, 32)]);
        if (!target.StartsWith("sip:"u8) && !target.StartsWith("sips:"u8) && !target.StartsWith("tel:"u8)) return Verdict.None;
        return TextHead.FirstLine(payload).EndsWith(" SIP/2.0"u8) ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        var end = stream.IndexOf("\r\n\r\n"u8);
        if (end < 0) return stream.Length < MaximumHead ? 0 : stream.Length;
        var head = stream[..(end + 4)];
        return Utf8Parser.TryParse(TextHead.Field(head, "Content-Length:"u8), out int body, out _) && body is >= 0 and < 0x100000
            ? head.Length + body
            : head.Length;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (TextHead.Field(message, "User-Agent:"u8) is { Length: > 0 } agent) notes.SenderFact(FactKind.Model, agent);
        if (TextHead.Field(message, "Server:"u8) is { Length: > 0 } server) notes.SenderFact(FactKind.Model, server);
        if (message.StartsWith("SIP/2.0 "u8)) notes.SenderIs(Party.Server);
        else notes.SenderIs(Party.Client);
    }
}
