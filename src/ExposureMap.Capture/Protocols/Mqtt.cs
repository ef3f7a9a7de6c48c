using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// MQTT 3.1 to 5.0 (OASIS MQTT 5.0 section 2) and Eclipse Sparkplug B, which is told by its topics (<c>spBv1.0/group/type/node/device</c>).
/// </summary>
internal sealed class Mqtt : IProtocol
{
    private const byte Connect = 1, ConnectAcknowledge = 2, Publish = 3, Subscribe = 8, SubscribeAcknowledge = 9, Unsubscribe = 10, PingRequest = 12,
        PingResponse = 13, Last = 15;
    private const int TypeShift = 4, MostLengthOctets = 4, StringHeader = 2, LongestTopic = 256;

    public string Name => "mqtt";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [1883];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 2 || !HasFlags(payload[0]) || !TryLength(payload, out var size, out var length)) return Verdict.None;
        var type = payload[0] >> TypeShift;
        var body = payload[Math.Min(payload.Length, 1 + size)..];
        if (type == Connect) return body.StartsWith("\0\u0004MQTT"u8) || body.StartsWith("\0\u0006MQIsdp"u8) ? Verdict.Certain : Verdict.None;
        if (type == Publish)
            return TopicOf(body) is { IsEmpty: false } topic && length <= payload.Length * 16
                ? topic.StartsWith("spBv1.0/"u8) ? Verdict.Certain : OnPort(carrier)
                : Verdict.None;
        return length == body.Length && length < 256 && (length > 0 || type is PingRequest or PingResponse) ? OnPort(carrier) : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < 2) return 0;
        if (!HasFlags(stream[0])) return -1;
        if (TryLength(stream, out var size, out var length)) return 1 + size + length;
        return stream.Length > MostLengthOctets ? -1 : 0;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < 2 || !TryLength(message, out var size, out _)) return;
        var type = message[0] >> TypeShift;
        var body = message[Math.Min(message.Length, 1 + size)..];
        notes.Function(type);
        switch (type)
        {
            case Connect: notes.SenderIs(Party.Client); notes.Effect(Effect.Admin); break;
            case Subscribe or Unsubscribe: notes.SenderIs(Party.Client); notes.Effect(Effect.Read); break;
            case PingRequest: notes.SenderIs(Party.Client); break;
            case ConnectAcknowledge or SubscribeAcknowledge or PingResponse: notes.SenderIs(Party.Server); break;
            case Publish: ReadPublish(TopicOf(body), notes); break;
        }
    }

    private static Verdict OnPort(in Carrier carrier) => carrier.Uses(1883) ? Verdict.Weak : Verdict.None;

    /// <summary>Section 2.1.3: flags are reserved but for PUBLISH; PUBREL, SUBSCRIBE and UNSUBSCRIBE have 2.</summary>
    private static bool HasFlags(byte first)
    {
        var (type, flags) = (first >> TypeShift, first & 0x0F);
        return type is >= Connect and <= Last
            && type switch { Publish => (flags & 6) != 6, 6 or Subscribe or Unsubscribe => flags == 2, _ => flags == 0 };
    }

    /// <summary>Remaining length, 7 bits an octet, least significant first, at most four octets (section 1.5.5).</summary>
    private static bool TryLength(ReadOnlySpan<byte> message, out int size, out int length)
    {
        length = 0;
        for (size = 1; size <= MostLengthOctets && size < message.Length; size++)
        {
            length |= (message[size] & 0x7F) << 7 * (size - 1);
            if ((message[size] & 0x80) == 0) return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> TopicOf(ReadOnlySpan<byte> body)
    {
        if (body.Length < StringHeader) return default;
        int length = BinaryPrimitives.ReadUInt16BigEndian(body);
        if (length is 0 or > LongestTopic || body.Length < StringHeader + length) return default;
        var topic = body.Slice(StringHeader, length);
        return topic.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0 && topic.IndexOfAny((byte)'#', (byte)'+') < 0 ? topic : default;
    }

    private static void ReadPublish(ReadOnlySpan<byte> topic, Notes notes)
    {
        if (!topic.StartsWith("spBv1.0/"u8))
        {
            notes.Effect(Effect.Report);
            return;
        }

        notes.Carries("sparkplug");
        if (topic.IndexOf("/NCMD/"u8) >= 0 || topic.IndexOf("/DCMD/"u8) >= 0)
        {
            notes.Operation(Effect.Control, $"Sparkplug command");
            return;
        }

        notes.Effect(Effect.Report);
        var birth = topic.IndexOf("BIRTH/"u8);
        if (birth < 0 || !notes.FromOriginator) return;
        var group = topic["spBv1.0/"u8.Length..];
        var end = group.IndexOf((byte)'/');
        if (end < 0) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("sparkplug "u8);
        text.Add(group[..(end + 1)]);
        text.Add(topic[(birth + "BIRTH/"u8.Length)..]);
        DevicesTold.Tell(notes, behindSender: true, text.Text);
    }
}
