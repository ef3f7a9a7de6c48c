using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Trivial file transfer, RFC 1350 section 5 and RFC 2347. A request is known by its structure; the server goes on from a port of its own
/// (RFC 1350 section 4), where four octets of head prove nothing by themselves: it is believed because it was asked for.
/// </summary>
internal sealed class Tftp : IProtocol
{
    private const ushort Port = 69;
    private const byte ReadRequest = 1, WriteRequest = 2, Data = 3, Acknowledgment = 4, Error = 5, OptionAcknowledgment = 6;
    private const int NumberOffset = 2, MessageHead = 4, ShortestRequest = 9, LastError = 8;

    public string Name => "tftp";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        payload.Length > ShortestRequest && payload[0] == 0 && payload[1] is ReadRequest or WriteRequest && TryReadName(payload, out _)
            ? Verdict.Certain
            : Verdict.None;

    /// <summary>The first message of the server: block 1, acknowledgment of block 0, an error with its text, or the options it agrees to.</summary>
    public bool Continues(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < MessageHead || payload[0] != 0) return false;
        var number = payload[NumberOffset] << 8 | payload[NumberOffset + 1];
        return payload[1] switch
        {
            Data => number == 1,
            Acknowledgment => number <= 1 && payload.Length == MessageHead,
            Error => number <= LastError && payload[^1] == 0,
            OptionAcknowledgment => payload[^1] == 0,
            _ => false,
        };
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < MessageHead || message[0] != 0 || message[1] is 0 or > OptionAcknowledgment) return;
        if (message[1] is not (ReadRequest or WriteRequest))
        {
            notes.Function(message[1]);
            if (message[1] == Data && notes.FromOriginator) notes.Effect(Effect.Write);
            return;
        }

        if (!TryReadName(message, out var name)) return;
        notes.SenderIs(Party.Client);
        notes.Function(message[1]);
        notes.AwaitAnswerFromAnotherPort();
        if (message[1] == ReadRequest) notes.Operation(Effect.Read, $"reads file {WireText.Clean(name)}");
        else notes.Operation(Effect.Write, $"writes file {WireText.Clean(name)}");
    }

    /// <summary>Two strings that end with 0: a printable name and one of three modes.</summary>
    private static bool TryReadName(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name)
    {
        var reader = new Cursor(message);
        reader.Skip(NumberOffset);
        name = reader.TakeUntil(0);
        var mode = reader.TakeUntil(0);
        if (!reader.Ok || name.Length == 0 || name[0] < 0x20) return false;
        return mode.Length is 4 or 5 or 8
            && (TextHead.StartsWith(mode, "octet"u8) || TextHead.StartsWith(mode, "netascii"u8) || TextHead.StartsWith(mode, "mail"u8));
    }
}
