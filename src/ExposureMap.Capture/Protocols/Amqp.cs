using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>AMQP 0-9-1 (section 4.2.2, 4.2.3) and 1.0 (OASIS, section 2.2, 2.3): both begin with the protocol header.</summary>
internal sealed class Amqp : IProtocol
{
    private const int HeaderLength = 8;
    private const int FrameHead = 7;
    private const byte FrameEnd = 0xCE;
    private const int MaximumFrame = 16 * 1024 * 1024;
    private const ushort Basic = 60, Publish = 40, Connection = 10, Start = 10;              // 0-9-1, class and method numbers

    public string Name => "amqp";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [5672];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderLength) return Verdict.None;
        if (payload.StartsWith("AMQP"u8) && payload[4] <= 3) return Verdict.Certain;
        return payload[0] is 1 or 8 && Measure(payload) is > 0 and var length && length <= payload.Length && payload[length - 1] == FrameEnd
            && carrier.Uses(5672) ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < HeaderLength) return 0;
        if (stream.StartsWith("AMQP"u8)) return HeaderLength;
        if (stream[0] == 0)
            return BinaryPrimitives.ReadUInt32BigEndian(stream) is >= 8 and <= MaximumFrame and var whole && stream[4] >= 2 ? (int)whole : -1;
        return stream[0] is 1 or 2 or 3 or 8 && BinaryPrimitives.ReadUInt32BigEndian(stream[3..]) is <= MaximumFrame and var size
            ? FrameHead + (int)size + 1
            : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.StartsWith("AMQP"u8) && notes.FromOriginator) notes.SenderIs(Party.Client);    // a server echoes it
        if (message.Length < FrameHead + 4 || message[0] != 1) return;
        var (kind, method) =
            (BinaryPrimitives.ReadUInt16BigEndian(message[FrameHead..]), BinaryPrimitives.ReadUInt16BigEndian(message[(FrameHead + 2)..]));
        if (kind == Connection && method == Start) notes.SenderIs(Party.Server);
        if (kind == Basic && method == Publish) notes.Effect(Effect.Write);
    }
}
