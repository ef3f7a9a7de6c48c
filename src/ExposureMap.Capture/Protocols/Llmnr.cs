using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Link-local multicast name resolution, RFC 4795: section 2.1.1 gives the header, section 2.5 the port.</summary>
internal sealed class Llmnr : IProtocol
{
    private const ushort Port = 5355;

    public string Name => "llmnr";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) => carrier.Uses(Port) ? DnsMessage.Fits(payload) : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < DnsMessage.Header) return;
        var isResponse = DnsMessage.IsResponse(message);
        notes.SenderIs(isResponse ? Party.Server : Party.Client);
        if (isResponse) DnsMessage.NoteAddresses(message, Certainty.Announced, notes);
    }
}
