using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>IMAP, RFC 9051 section 7.1: the server greets with an untagged OK.</summary>
internal sealed class Imap : IProtocol
{
    private const ushort Port = 143;

    public string Name => "imap";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 6) return Verdict.None;
        if (payload.StartsWith("* OK"u8) || payload.StartsWith("* PREAUTH"u8))
            return carrier.Uses(Port) || TextHead.Contains(TextHead.FirstLine(payload), "IMAP"u8) ? Verdict.Certain : Verdict.None;
        var command = TextHead.AfterWord(payload[..Math.Min(payload.Length, 32)]);
        return carrier.Uses(Port)
            && (TextHead.StartsWith(command, "CAPABILITY"u8) || TextHead.StartsWith(command, "LOGIN "u8)
                || TextHead.StartsWith(command, "STARTTLS"u8))
            ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.StartsWith("* "u8)) notes.SenderIs(Party.Server);
    }
}
