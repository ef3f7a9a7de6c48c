using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>RADIUS, RFC 2865 section 3 and 5, RFC 2866, RFC 5176.</summary>
internal sealed class Radius : IProtocol
{
    private const int Length = 2, Attributes = 20;
    private const int MaximumLength = 4096;                      // RFC 2865 section 3
    private const byte AccessRequest = 1, AccessAccept = 2, AccessReject = 3, AccountingRequest = 4, AccountingResponse = 5, AccessChallenge = 11;
    private const byte DisconnectRequest = 40, LastCode = 45;
    private const byte NasIdentifier = 32;

    public string Name => "radius";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [1812, 1813, 1645, 1646, 3799];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < Attributes || payload[0] is 0 or > LastCode || payload[0] is > 13 and < DisconnectRequest or (> 5 and < AccessChallenge))
            return Verdict.None;
        if (BinaryPrimitives.ReadUInt16BigEndian(payload[Length..]) is var length && length != payload.Length || length > MaximumLength)
            return Verdict.None;
        var isKnown = carrier.Uses(1812) || carrier.Uses(1813) || carrier.Uses(1645) || carrier.Uses(1646) || carrier.Uses(3799);
        var count = 0;
        for (payload = payload[Attributes..]; payload.Length >= 2; payload = payload[payload[1]..], count++)
        {
            if (payload[0] == 0 || payload[1] < 2 || payload[1] > payload.Length) return Verdict.None;
        }

        return payload.Length != 0 ? Verdict.None : isKnown ? Verdict.Certain : count > 2 ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < Attributes) return;
        notes.Function(message[0]);
        switch (message[0])
        {
            case AccessRequest or AccountingRequest:
                notes.SenderIs(Party.Client);
                NoteName(message[Attributes..], notes);
                break;
            case AccessAccept or AccessReject or AccountingResponse or AccessChallenge:
                notes.SenderIs(Party.Server);
                notes.SenderFact(FactKind.Role, "radius server");
                break;
        }
    }

    private static void NoteName(ReadOnlySpan<byte> attributes, Notes notes)
    {
        while (attributes.Length >= 2 && attributes[1] >= 2 && attributes[1] <= attributes.Length)
        {
            if (attributes[0] == NasIdentifier && attributes[1] > 2) notes.SenderFact(FactKind.Name, attributes[2..attributes[1]]);
            attributes = attributes[attributes[1]..];
        }
    }
}
