using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>PROFINET cyclic data and alarms on EtherType 8892h, told apart by the frame id. IEC 61158-6-10, table 10.</summary>
internal sealed class ProfinetRt : IProtocol
{
    private const ushort EtherType = 0x8892, HighAlarm = 0xFC01, LowAlarm = 0xFE01;
    private const int StatusOctets = 4;                          // cycle counter, data status, transfer status end a cyclic frame

    public string Name => "profinet-rt";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet];

    public ReadOnlySpan<ushort> Ports => [EtherType];

    public int HeadOctets => 16;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (!carrier.Uses(EtherType) || payload.Length < 2 + StatusOctets) return Verdict.None;
        return ReadUInt16BigEndian(payload) is (>= 0x0100 and <= 0xFBFF) or HighAlarm or LowAlarm ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    /// <summary>Inputs and outputs look alike: which end is the controller is not told here.</summary>
    public void Read(ReadOnlySpan<byte> message, Notes notes) => notes.Effect(Effect.Report);
}
