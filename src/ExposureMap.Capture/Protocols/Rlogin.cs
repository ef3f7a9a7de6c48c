using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>rlogin, RFC 1282 section 2: 0, client's user, 0, server's user, 0, terminal/speed, 0.</summary>
internal sealed class Rlogin : IProtocol
{
    private const ushort Port = 513;

    public string Name => "rlogin";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 8 || payload[0] != 0 || payload[^1] != 0 || payload.Length > 256) return Verdict.None;
        var reader = new Cursor(payload[1..]);
        var local = reader.TakeUntil(0);
        var remote = reader.TakeUntil(0);
        var terminal = reader.TakeUntil(0);
        if (!reader.Ok || reader.Left != 0 || local.Length == 0 || !TextHead.IsText(local) || !TextHead.IsText(remote) || !TextHead.IsText(terminal))
            return Verdict.None;
        var slash = terminal.IndexOf((byte)'/');
        return slash > 0 && slash + 1 < terminal.Length && terminal[(slash + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            ? Verdict.Certain
            : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (Recognise(message, notes.Carrier) != Verdict.Certain) return;
        notes.SenderIs(Party.Client);
        notes.Operation(Effect.Admin, $"opens a terminal in the clear");
    }
}
