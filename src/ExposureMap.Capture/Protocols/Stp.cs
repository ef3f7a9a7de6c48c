using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Spanning tree BPDUs, IEEE 802.1D-2004 clause 9.3, after LLC 42 42 03: their sender is a bridge.</summary>
internal sealed class Stp : IProtocol
{
    private const int Version = 5, Type = 6, Bridge = 20;   // after three octets of LLC
    private const int ConfigurationLength = 3 + 35;
    private const byte Configuration = 0x00, RapidConfiguration = 0x02, TopologyChange = 0x80;

    /// <summary>DSAP and SSAP of the bridge spanning tree protocol, unnumbered information; protocol identifier 0.</summary>
    private static ReadOnlySpan<byte> Head => [0x42, 0x42, 0x03, 0x00, 0x00];

    public string Name => "stp";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet];

    public ReadOnlySpan<ushort> Ports => [];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        payload.Length > Type && payload.StartsWith(Head) && payload[Version] <= 4
            && payload[Type] is Configuration or RapidConfiguration or TopologyChange
            ? Verdict.Certain : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (Recognise(message, notes.Carrier) == Verdict.None) return;
        notes.Function(message[Type]);
        notes.SenderFact(FactKind.Role, "switch");
        if (message.Length < ConfigurationLength || message[Type] == TopologyChange) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append("stp bridge "u8);
        text.AppendHex(message.Slice(Bridge, 8));
        notes.SenderFact(FactKind.Fingerprint, text.Value);
    }
}
