using System.Buffers;
using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>BSD's remote shell, rshd(8): port of the error channel, 0, client's user, 0, server's user, 0, command, 0. Only on its port.</summary>
internal sealed class Rsh : IProtocol
{
    private const ushort Port = 514;
    private static readonly SearchValues<byte> UserCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-$@\\"u8);

    public string Name => "rsh";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        carrier.ReceiverPort == Port && payload.Length >= 8 && TryReadCommand(payload, out _) ? Verdict.Certain : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Receiver.Port != Port || notes.Memory.First != 0 || !TryReadCommand(message, out var command)) return;
        notes.Memory.First = 1;
        notes.SenderIs(Party.Client);
        notes.Operation(Effect.Program, $"runs {WireText.Clean(command)}");
    }

    private static bool TryReadCommand(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> command)
    {
        var reader = new Cursor(message);
        var port = reader.TakeUntil(0);
        var local = reader.TakeUntil(0);
        var remote = reader.TakeUntil(0);
        command = reader.TakeUntil(0);
        return reader.Ok && port.Length <= 5 && port.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && IsUser(local) && IsUser(remote) && command.Length > 1 && TextHead.IsText(command);
    }

    private static bool IsUser(ReadOnlySpan<byte> name) => name.Length > 0 && !name.ContainsAnyExcept(UserCharacters);
}
