using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>TeamViewer on its own port. No public standard: the marks 17 24 (TCP) and 00 ... 17 24 (UDP) as nDPI's teamviewer.c knows them.</summary>
internal sealed class TeamViewer : IProtocol
{
    private const ushort Port = 5938;
    private const int DatagramMark = 11;

    private static ReadOnlySpan<byte> Mark => [0x17, 0x24];

    public string Name => "teamviewer";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 3 || !carrier.Uses(Port)) return Verdict.None;
        if (carrier.Transport == Transport.Udp)
            return payload.Length > DatagramMark + 2 && payload[0] == 0 && payload[DatagramMark..].StartsWith(Mark) ? Verdict.Certain : Verdict.None;
        return payload.StartsWith(Mark) || payload is [0x11, 0x30, ..] ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes) => notes.Effect(Effect.Opaque);
}
