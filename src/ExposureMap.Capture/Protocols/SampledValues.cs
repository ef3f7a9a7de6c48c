using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Sampled Values, IEC 61850-9-2:2011, clause 8 and table 14; on UDP as routable ones, IEC 61850-90-5:2012.</summary>
internal sealed class SampledValues : IProtocol
{
    private const byte SessionIdentifier = 0xA2, PayloadTag = 0x82, Pdu = 0x60;
    private const int Count = 0x80, Sequence = 0xA2, Unit = 0x30, Identifier = 0x80;

    public string Name => "sv";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [0x88BA, 102];

    public int HeadOctets => 256;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Transport == Transport.Ethernet && !carrier.Uses(0x88BA)) return Verdict.None;
        var pdu = PublishedData.Find(payload, carrier.Transport, SessionIdentifier, PayloadTag);
        if (pdu.IsEmpty || pdu[0] != Pdu) return Verdict.None;
        return Ber.TryEnter(ref pdu, Pdu) && !pdu.IsEmpty && pdu[0] == Count ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        var pdu = PublishedData.Find(message, notes.Carrier.Transport, SessionIdentifier, PayloadTag);
        if (pdu.IsEmpty) return;
        notes.Effect(Effect.Report);
        if (!Ber.TryEnter(ref pdu, Pdu)) return;
        while (Ber.TryTake(ref pdu, out var tag, out var units))
        {
            if (tag != Sequence) continue;
            if (Ber.TryEnter(ref units, Unit) && Ber.TryTake(ref units, out tag, out var name) && tag == Identifier)
            {
                notes.SenderFact(FactKind.Name, name);
                notes.SenderFact(FactKind.Role, "merging unit");
            }

            return;
        }
    }
}
