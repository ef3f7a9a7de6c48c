using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Syslog, RFC 5424 and RFC 3164; on TCP with octet counts or line ends (RFC 6587 section 3.4).</summary>
internal sealed class Syslog : IProtocol
{
    private const int HighestPriority = 191;                     // RFC 5424 section 6.2.1: facility 23, severity 7

    public string Name => "syslog";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [514, 601];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        var text = AfterPriority(payload, carrier.Transport);
        if (text.Length < 2) return Verdict.None;
        return text.StartsWith("1 "u8) || Timestamp(text) > 0 ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        var end = stream.IndexOf((byte)'\n');
        return end < 0 ? stream.Length : end + 1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        var text = AfterPriority(message, notes.Carrier.Transport);
        if (text.Length < 2) return;
        notes.SenderIs(Party.Client);
        notes.Effect(Effect.Report);
        if (text.StartsWith("1 "u8)) text = TextHead.AfterWord(text[2..]);                  // RFC 5424 section 6: VERSION TIMESTAMP HOSTNAME
        else if (Timestamp(text) is > 0 and var length) text = text[length..];
        else return;
        var host = TextHead.Word(text);
        if (host.Length is > 1 and < 256 && host.IndexOf((byte)':') < 0 && host.IndexOf((byte)'[') < 0)
            notes.Fact(notes.Sender.Address, FactKind.Name, host, Certainty.Guessed);   // a relay's messages carry the name of another
    }

    private static ReadOnlySpan<byte> AfterPriority(ReadOnlySpan<byte> text, Transport transport)
    {
        if (text.Length < 4) return default;
        if (transport == Transport.Tcp && char.IsAsciiDigit((char)text[0])) text = TextHead.AfterWord(text);
        if (text.Length < 4 || text[0] != '<') return default;
        var priority = 0;
        for (var index = 1; index < Math.Min(text.Length, 5); index++)
        {
            if (text[index] == '>') return index > 1 && priority <= HighestPriority ? text[(index + 1)..] : default;
            if (!char.IsAsciiDigit((char)text[index])) return default;
            priority = priority * 10 + text[index] - '0';
        }

        return default;
    }

    /// <summary>Octets of <c>Mmm dd hh:mm:ss </c> (RFC 3164 section 4.1.2), 0 when there is none.</summary>
    private static int Timestamp(ReadOnlySpan<byte> text)
    {
        const int Length = 16;
        if (text.Length < Length || text[3] != ' ' || text[6] != ' ' || text[9] != ':' || text[12] != ':' || text[15] != ' ') return 0;
        return "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(text[..3]) % 3 == 0 ? Length : 0;
    }
}
