using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// TriStation, the engineering protocol of Triconex safety controllers. No public specification: type, length, data and CRC-16 begun with 0, as
/// published by those who studied the TRITON malware; command numbers in execution messages likewise.
/// </summary>
internal sealed class TriStation : IProtocol
{
    private const int LengthOffset = 2, BodyOffset = 4, CheckOctets = 2, ExecutionType = 5, PingType = 6, FirstType = 1;

    /// <summary>Execution message: channel 1, direction 1 (0 to the controller), connection 1, command 1.</summary>
    private const int DirectionOffset = BodyOffset, CommandOffset = BodyOffset + 2;

    public string Name => "tristation";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [1502];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < BodyOffset + CheckOctets || payload[1] != 0 || payload[0] is < FirstType or > PingType) return Verdict.None;
        if (BinaryPrimitives.ReadUInt16LittleEndian(payload[LengthOffset..]) != payload.Length - BodyOffset - CheckOctets) return Verdict.None;
        return FrameCheck.Modbus(payload[..^CheckOctets], begun: 0) == BinaryPrimitives.ReadUInt16LittleEndian(payload[^CheckOctets..])
            ? Verdict.Certain
            : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < BodyOffset) return;
        notes.Function(message[0]);
        if (message[0] != ExecutionType || message.Length <= CommandOffset)
        {
            notes.Effect(message[0] == PingType ? Effect.Identify : Effect.Admin);
            return;
        }

        if (message[DirectionOffset] != 0) return;
        notes.SenderIs(Party.Client);
        var command = message[CommandOffset];
        switch (command)
        {
            case >= 1 and <= 12: notes.Operation(Effect.Program, $"downloads to the safety controller (command {command})"); break;
            case >= 13 and <= 30: notes.Effect(Effect.Read); break;
            default: notes.Operation(Effect.Admin, $"commands the safety controller (command {command})"); break;
        }
    }
}
