using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>VNC's remote framebuffer, RFC 6143 section 7.1.1: both sides begin with their version.</summary>
internal sealed class Rfb : IProtocol
{
    private const int Length = 12;                               // "RFB 003.008\n"

    public string Name => "rfb";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [5900, 5901, 5902, 5903, 5500];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        payload.Length >= Length && payload.StartsWith("RFB "u8) && payload[7] == '.' && payload[11] == '\n'
        && payload[4..7].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && payload[8..11].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            ? Verdict.Certain : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (Recognise(message, notes.Carrier) == Verdict.None || notes.Memory.First != 0) return;
        notes.Memory.First = 1;                                  // the server speaks first
        notes.SenderIs(Party.Server);
        notes.Operation(Effect.Admin, $"opens a remote desktop");
    }
}
