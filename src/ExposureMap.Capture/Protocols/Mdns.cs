using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Multicast DNS, RFC 6762, with DNS service discovery, RFC 6763: what machines say of themselves on their link.</summary>
internal sealed class Mdns : IProtocol
{
    private const ushort Port = 5353;

    public string Name => "mdns";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) => carrier.Uses(Port) ? DnsMessage.Fits(payload) : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < DnsMessage.Header || !DnsMessage.IsResponse(message)) return;
        DnsMessage.NoteAddresses(message, Certainty.Announced, notes);
        Span<byte> name = stackalloc byte[DnsName.MaximumOctets];
        var records = new DnsRecords(message);
        while (records.Read())
        {
            if (records.Type is not (DnsMessage.Srv or DnsMessage.Txt)) continue;
            var offset = records.NameOffset;
            var length = DnsName.Read(message, ref offset, name);
            if (length <= 0) continue;
            if (records.Type == DnsMessage.Txt) NoteModel(records.Data, notes);
            else NoteRole(name[..length], notes);
        }
    }

    /// <summary>Service types of the IANA registry that tell what a machine is for.</summary>
    private static void NoteRole(ReadOnlySpan<byte> service, Notes notes)
    {
        if (service.IndexOf("._ipp._tcp"u8) >= 0 || service.IndexOf("._pdl-datastream._tcp"u8) >= 0) notes.SenderFact(FactKind.Role, "printer");
        else if (service.IndexOf("._smartenergy._tcp"u8) >= 0) notes.SenderFact(FactKind.Role, "ieee 2030.5 device");
        else if (service.IndexOf("._rfb._tcp"u8) >= 0) notes.SenderFact(FactKind.Role, "remote desktop server");
    }

    /// <summary>
    /// RFC 6763 section 6.3: strings with a length octet; <c>model=</c> is Apple's device-info, <c>ty=</c> a printer's make and model.
    /// </summary>
    private static void NoteModel(ReadOnlySpan<byte> data, Notes notes)
    {
        var strings = new Cursor(data);
        while (strings.Left > 0)
        {
            var text = strings.Take(strings.U8());
            if (TextHead.StartsWith(text, "model="u8) && text.Length > 6) notes.SenderFact(FactKind.Model, text[6..]);
            else if (TextHead.StartsWith(text, "ty="u8) && text.Length > 3) notes.SenderFact(FactKind.Model, text[3..]);
        }
    }
}
