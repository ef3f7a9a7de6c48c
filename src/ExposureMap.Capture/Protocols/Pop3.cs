using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>POP3, RFC 1939 section 3: replies begin with +OK or -ERR.</summary>
internal sealed class Pop3 : IProtocol
{
    private const ushort Port = 110;

    public string Name => "pop3";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 5) return Verdict.None;
        if (payload.StartsWith("+OK"u8))
            return carrier.Uses(Port) ? Verdict.Certain : TextHead.Contains(TextHead.FirstLine(payload), "POP3"u8) ? Verdict.Certain : Verdict.None;
        return carrier.Uses(Port)
            && (payload.StartsWith("USER "u8) || payload.StartsWith("CAPA"u8) || payload.StartsWith("APOP "u8) || payload.StartsWith("-ERR"u8))
            ? Verdict.Weak
            : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.StartsWith("+OK"u8) || message.StartsWith("-ERR"u8)) notes.SenderIs(Party.Server);
        else if (message.StartsWith("USER "u8) || message.StartsWith("APOP "u8)) notes.SenderIs(Party.Client);
    }
}
