using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>GOOSE, IEC 61850-8-1:2011, annex A and C; on UDP as routable GOOSE, IEC 61850-90-5:2012.</summary>
internal sealed class Goose : IProtocol
{
    private const byte SessionIdentifier = 0xA1, PayloadTag = 0x81, Pdu = 0x61;
    private const int ControlBlock = 0x80;

    public string Name => "goose";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [0x88B8, 102];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Transport == Transport.Ethernet && !carrier.Uses(0x88B8)) return Verdict.None;
        var pdu = PublishedData.Find(payload, carrier.Transport, SessionIdentifier, PayloadTag);
        if (pdu.IsEmpty || pdu[0] != Pdu) return Verdict.None;
        return Ber.TryEnter(ref pdu, Pdu) && !pdu.IsEmpty && pdu[0] == ControlBlock ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        var pdu = PublishedData.Find(message, notes.Carrier.Transport, SessionIdentifier, PayloadTag);
        if (pdu.IsEmpty) return;
        notes.Effect(Effect.Report);
        if (Ber.TryEnter(ref pdu, Pdu) && Ber.TryTake(ref pdu, out var tag, out var reference) && tag == ControlBlock)
            PublishedData.NotePublisher(reference, notes);
    }
}
