using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>SMTP, RFC 5321 section 4.1 and 4.2.</summary>
internal sealed class Smtp : IProtocol
{
    public string Name => "smtp";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [25, 587, 2525];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 6) return Verdict.None;
        if (TextHead.StartsWith(payload, "EHLO "u8) || TextHead.StartsWith(payload, "HELO "u8))
            return TextHead.IsText(TextHead.FirstLine(payload)) ? Verdict.Certain : Verdict.None;
        if (!payload.StartsWith("220"u8) || payload[3] is not ((byte)' ' or (byte)'-')) return Verdict.None;
        if (TextHead.Contains(TextHead.FirstLine(payload), "SMTP"u8)) return Verdict.Certain;
        return carrier.Uses(25) || carrier.Uses(587) ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (Tls.MeasureRecord(stream) is > 0 and var record) return record;                  // after STARTTLS
        var end = stream.IndexOf((byte)'\n');
        return end < 0 ? stream.Length : end + 1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < 6) return;
        if (message[0] is >= 20 and <= 23)
        {
            notes.Carries("ssl");
            Tls.ReadRecord(message, notes);
        }
        else if (message.StartsWith("220 "u8))
        {
            notes.SenderIs(Party.Server);
            var name = TextHead.Word(TextHead.FirstLine(message)[4..]);
            if (name.Contains((byte)'.')) notes.SenderFact(FactKind.Name, name);
        }
        else if (TextHead.StartsWith(message, "EHLO "u8) || TextHead.StartsWith(message, "HELO "u8))
        {
            notes.SenderIs(Party.Client);
        }
        else if (TextHead.StartsWith(message, "MAIL FROM:"u8))
        {
            notes.Effect(Effect.Write);
        }
    }
}
