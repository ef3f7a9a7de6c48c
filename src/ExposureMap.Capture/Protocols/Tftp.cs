using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Trivial file transfer, RFC 1350 section 5: requests; the data goes over other ports and stays unnamed.</summary>
internal sealed class Tftp : IProtocol
{
    private const ushort Port = 69;
    private const byte ReadRequest = 1, WriteRequest = 2;

    public string Name => "tftp";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        payload.Length > 9 && payload[0] == 0 && payload[1] is ReadRequest or WriteRequest && TryReadName(payload, out _) ? Verdict.Certain : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= 9 || message[1] is not (ReadRequest or WriteRequest) || !TryReadName(message, out var name)) return;
        notes.SenderIs(Party.Client);
        notes.Function(message[1]);
        if (message[1] == ReadRequest) notes.Operation(Effect.Read, $"reads file {WireText.Clean(name)}");
        else notes.Operation(Effect.Write, $"writes file {WireText.Clean(name)}");
    }

    /// <summary>Two strings that end with 0: a printable name and one of three modes.</summary>
    private static bool TryReadName(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name)
    {
        var reader = new Cursor(message);
        reader.Skip(2);
        name = reader.TakeUntil(0);
        var mode = reader.TakeUntil(0);
        if (!reader.Ok || name.Length == 0 || name[0] < 0x20) return false;
        return mode.Length is 4 or 5 or 8 && (TextHead.StartsWith(mode, "octet"u8) || TextHead.StartsWith(mode, "netascii"u8) || TextHead.StartsWith(mode, "mail"u8));
    }
}
