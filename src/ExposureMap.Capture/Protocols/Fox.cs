using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Tridium Niagara Fox, the text protocol of building controllers and supervisors: <c>fox a 1 -1 fox hello</c>, then lines <c>key=type:value</c> in
/// braces, closed by <c>;;</c>. No public specification: the hello is as the program sends it.
/// </summary>
internal sealed class Fox : IProtocol
{
    private const int StartOctets = 6, LongestLine = 128;

    public string Name => "fox";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [1911];

    public int HeadOctets => 1024;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        var start = "fox a "u8;
        if (payload.Length < StartOctets) return !payload.IsEmpty && start.StartsWith(payload) ? Verdict.NeedMore : Verdict.None;
        return payload.StartsWith("fox "u8) && payload[4] is (byte)'a' or (byte)'f' && payload[5] == ' ' && payload.Length > StartOctets
            && payload[StartOctets] is >= (byte)'0' and <= (byte)'9'
            ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < StartOctets) return 0;
        if (!stream.StartsWith("fox "u8)) return stream.IndexOf(";;\n"u8) is var end and >= 0 ? end + 3 : -1;
        var close = stream.IndexOf(";;\n"u8);
        return close >= 0 ? close + 3 : stream.Length >= HeadOctets ? stream.Length : 0;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= StartOctets || !message.StartsWith("fox "u8)) return;
        var line = message[..(message[..Math.Min(message.Length, LongestLine)].IndexOf((byte)'\n') is var end and >= 0
            ? end
            : Math.Min(message.Length, LongestLine))];
        var isHello = line.IndexOf("fox hello"u8) >= 0;
        notes.Function(message[4]);
        if (isHello && message.IndexOf("fox.version"u8) >= 0)
        {
            NoteText(message, "hostName=s:"u8, FactKind.Name, notes);
            NoteText(message, "brandId=s:"u8, FactKind.Vendor, notes);
            NoteText(message, "app.version=s:"u8, FactKind.Firmware, notes);
            NoteText(message, "hostId=s:"u8, FactKind.Serial, notes);
            NoteText(message, "station.name=s:"u8, FactKind.Name, notes);
            notes.Effect(Effect.Identify);
        }
        else notes.Effect(line.IndexOf(" login"u8) >= 0 || line.IndexOf(" challenge"u8) >= 0 ? Effect.Admin : Effect.Read);
    }

    private static void NoteText(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, FactKind kind, Notes notes)
    {
        var at = message.IndexOf(key);
        if (at < 0) return;
        var value = Printable.Run(message[(at + key.Length)..]);
        if (!value.IsEmpty) notes.SenderFact(kind, value);
    }
}
