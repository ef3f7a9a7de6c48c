using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Simple service discovery, UPnP Device Architecture 2.0 section 1: HTTP-like heads in datagrams.</summary>
internal sealed class Ssdp : IProtocol
{
    private const ushort Port = 1900;

    public string Name => "ssdp";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 1024;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 12 || payload[0] is not ((byte)'M' or (byte)'N' or (byte)'H')) return Verdict.None;
        if (payload.StartsWith("M-SEARCH * HTTP/1.1"u8) || payload.StartsWith("NOTIFY * HTTP/1.1"u8)) return Verdict.Certain;
        return payload.StartsWith("HTTP/1.1 200 OK"u8) && (carrier.Uses(Port) || TextHead.Field(payload, "USN:"u8).Length > 0)
            ? Verdict.Certain
            : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length == 0) return;
        notes.SenderIs(message[0] == 'M' ? Party.Client : Party.Server);
        if (message[0] == 'M') return;
        if (TextHead.Field(message, "SERVER:"u8) is { Length: > 0 } server) notes.SenderFact(FactKind.Model, server);
        var usn = TextHead.Field(message, "USN:"u8);
        if (usn.StartsWith("uuid:"u8)) NoteDevice(usn["uuid:"u8.Length..], notes);
        if (TextHead.Contains(usn, "InternetGatewayDevice"u8)) notes.SenderFact(FactKind.Role, "router");
        else if (TextHead.Contains(usn, "device:Printer"u8)) notes.SenderFact(FactKind.Role, "printer");
    }

    private static void NoteDevice(ReadOnlySpan<byte> name, Notes notes)
    {
        var end = name.IndexOf("::"u8);
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append("upnp uuid "u8);
        text.Append(end < 0 ? name : name[..end]);
        notes.SenderFact(FactKind.Fingerprint, text.Value);
    }
}
