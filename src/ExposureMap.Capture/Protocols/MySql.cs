using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>MySQL's client/server protocol, MySQL Internals Manual, "Protocol basics" and "Connection phase": the server greets first.</summary>
internal sealed class MySql : IProtocol
{
    private const ushort Port = 3306;
    private const int Head = 4, Sequence = 3;                    // length of three octets, little-endian
    private const byte GreetingVersion = 10, Query = 3, PrepareStatement = 0x16;

    public string Name => "mysql";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public int HeadOctets => 4096;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < Head + 2 || Measure(payload) is var length && length < payload.Length) return Verdict.None;
        if (IsGreeting(payload)) return Verdict.Certain;
        return carrier.Uses(Port) && payload[Sequence] <= 3 && length == payload.Length ? Verdict.Weak : Verdict.None;
    }

    /// <summary>Read as a packet, a TLS record would have some 200 000 octets.</summary>
    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length <= Head) return 0;
        if (Tls.MeasureRecord(stream) is > 0 and var record) return record;
        return Head + (BinaryPrimitives.ReadUInt16LittleEndian(stream) | stream[2] << 16);
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= Head) return;
        if (message[0] is >= 20 and <= 23 && Tls.MeasureRecord(message) > 0)      // after an SSLRequest
        {
            notes.Carries("ssl");
            Tls.ReadRecord(message, notes);
        }
        else if (IsGreeting(message))
        {
            notes.SenderIs(Party.Server);
            var version = message[(Head + 1)..];
            var text = new ValueText(stackalloc byte[ValueText.Capacity]);
            text.Append("MySQL "u8);
            text.Append(version[..version.IndexOf((byte)0)]);
            notes.SenderFact(FactKind.Model, text.Value);
        }
        else if (message[Sequence] == 0 && message[Head] is Query or PrepareStatement && (notes.FromOriginator || notes.Receiver.Port == Port))
        {
            notes.SenderIs(Party.Client);
            SqlStatement.Note(message[(Head + 1)..], notes);
        }
    }

    /// <summary>"Handshake V10": version text, 0, connection id, eight octets of scramble, 0.</summary>
    private static bool IsGreeting(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Head + 20 || packet[Sequence] != 0 || packet[Head] != GreetingVersion || packet[2] != 0
            || !char.IsAsciiDigit((char)packet[Head + 1]))
            return false;
        var end = packet[(Head + 1)..].IndexOf((byte)0);
        return end is > 2 and < 100 && TextHead.IsText(packet.Slice(Head + 1, end)) && packet.Length > Head + 14 + end
            && packet[Head + 14 + end] == 0;
    }
}
