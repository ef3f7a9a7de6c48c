using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Web services dynamic discovery, OASIS WS-Discovery 1.1 (2009) and its draft of April 2005: SOAP in datagrams.</summary>
internal sealed class WsDiscovery : IProtocol
{
    private const ushort Port = 3702;

    public string Name => "ws-discovery";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 64 || payload[0] != '<' && !payload.StartsWith("\uFEFF<"u8)) return Verdict.None;
        return payload.IndexOf("schemas.xmlsoap.org/ws/2005/04/discovery"u8) >= 0 || payload.IndexOf("docs.oasis-open.org/ws-dd/ns/discovery/"u8) >= 0
            ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        var asks = message.IndexOf("/discovery/Probe<"u8) >= 0 || message.IndexOf("/discovery/Resolve<"u8) >= 0;
        notes.SenderIs(asks ? Party.Client : Party.Server);
        if (asks) return;
        if (message.IndexOf("PrintDeviceType"u8) >= 0) notes.SenderFact(FactKind.Role, "printer");
        if (message.IndexOf("NetworkVideoTransmitter"u8) >= 0) notes.SenderFact(FactKind.Role, "camera");
        if (message.IndexOf(":Computer"u8) >= 0) notes.SenderFact(FactKind.Role, "computer");
    }
}
