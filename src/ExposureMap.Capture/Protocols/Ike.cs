using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Internet key exchange, RFC 7296 section 3.1 and RFC 2408 section 3.1; on port 4500 after a non-ESP marker (RFC 3948 section 2.2).
/// </summary>
internal sealed class Ike : IProtocol
{
    private const ushort NatPort = 4500;
    private const int Head = 28, ResponderCookie = 8, NextPayload = 16, Version = 17, Exchange = 18, Flags = 19, MessageId = 20, Length = 24;
    private const byte One = 0x10, Two = 0x20;
    private const byte Response = 0x20;                          // RFC 7296 section 3.1, flag R

    public string Name => "ike";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [500, NatPort];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        payload = Message(payload);
        if (payload.Length < Head || payload[Version] is not (One or Two)
            || BinaryPrimitives.ReadUInt32BigEndian(payload[Length..]) != payload.Length)
            return Verdict.None;
        if (BinaryPrimitives.ReadUInt64BigEndian(payload) == 0 || payload[NextPayload] > 54) return Verdict.None;
        return payload[Version] == Two ? payload[Exchange] is >= 34 and <= 43 ? Verdict.Certain : Verdict.None
            : payload[Exchange] is (>= 1 and <= 6) or (>= 32 and <= 34) ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        message = Message(message);
        if (message.Length < Head) return;
        var isFirst = BinaryPrimitives.ReadUInt64BigEndian(message[ResponderCookie..]) == 0;
        if (isFirst) notes.SenderIs(Party.Client);
        else if (message[Version] == Two && BinaryPrimitives.ReadUInt32BigEndian(message[MessageId..]) == 0 && (message[Flags] & Response) != 0)
            notes.SenderIs(Party.Server);
    }

    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> datagram) => datagram is [0, 0, 0, 0, ..] ? datagram[4..] : datagram;
}
