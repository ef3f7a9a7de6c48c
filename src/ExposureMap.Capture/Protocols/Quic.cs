using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>QUIC, RFC 9000 section 17.2 and RFC 8999: told by the long header; its content is encrypted.</summary>
internal sealed class Quic : IProtocol
{
    private const byte LongHeader = 0x80, FixedBit = 0x40;
    private const uint One = 1, Two = 0x6B3343CF, LastDraft = 0xFF00_0022, FirstDraft = 0xFF00_0000;     // RFC 9000 section 15, RFC 9369 section 3.1
    private const int MaximumConnectionId = 20;
    private const int InitialDatagram = 1200;                    // section 14.1
    private const int LeastIdentifier = 8;                       // section 7.2: the client's first choice of its peer's

    public string Name => "quic";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [443];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 20 || (payload[0] & LongHeader) == 0) return Verdict.None;
        var version = BinaryPrimitives.ReadUInt32BigEndian(payload[1..]);
        if (version is not (One or Two or (>= FirstDraft and <= LastDraft)) && payload[1] != (byte)'Q') return Verdict.None;
        var reader = new Cursor(payload[5..]);
        int target = reader.U8();
        reader.Skip(target);
        int source = reader.U8();
        reader.Skip(source);
        if (!reader.Ok || target > MaximumConnectionId || source > MaximumConnectionId || (payload[0] & FixedBit) == 0) return Verdict.None;
        if (payload[1] == 'Q') return carrier.Uses(443) && payload[2] == '0' ? Verdict.Weak : Verdict.None;    // Google's versions Q039 to Q050
        return (payload.Length >= InitialDatagram || carrier.Uses(443)) && target + source >= LeastIdentifier ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes) => notes.Effect(Effect.Opaque);
}
