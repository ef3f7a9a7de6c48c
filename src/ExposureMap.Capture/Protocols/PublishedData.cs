using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// What GOOSE and Sampled Values share: the Ethernet head of IEC 61850-8-1:2011, annex C, and the session of IEC 61850-90-5:2012, clause 8, on UDP.
/// </summary>
internal static class PublishedData
{
    private const int LengthOffset = 2, ReservedMask = 0x3FFF, EthernetHead = 8;         // APPID, length with these 8 octets, two reserved words
    // 01 40, session id and its length; payload: length 4, tag, simulation, APPID 2, length 2
    private const int SessionHead = 4, PayloadHead = 10;
    private const int PayloadTagOffset = 4;

    /// <summary>The APDU with its tag; empty when the head does not fit. The head's length is not believed beyond the frame.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> payload, Transport transport, byte sessionIdentifier, byte payloadTag)
    {
        if (transport == Transport.Ethernet)
        {
            if (payload.Length <= EthernetHead + 2) return [];
            int length = ReadUInt16BigEndian(payload[LengthOffset..]) & ReservedMask;
            return length > EthernetHead ? payload[EthernetHead..Math.Min(length, payload.Length)] : [];
        }

        if (payload.Length < SessionHead || payload[0] != 1 || payload[1] != 0x40 || payload[2] != sessionIdentifier) return [];
        var rest = payload[Math.Min(payload.Length, SessionHead + payload[3])..];
        return rest.Length > PayloadHead + 2 && rest[PayloadTagOffset] == payloadTag ? rest[PayloadHead..] : [];
    }

    /// <summary>The logical device before the slash of an object reference names the device that publishes it.</summary>
    public static void NotePublisher(ReadOnlySpan<byte> reference, Notes notes)
    {
        var slash = reference.IndexOf((byte)'/');
        if (slash > 0) notes.SenderFact(FactKind.Name, reference[..slash]);
        notes.SenderFact(FactKind.Role, "ied");
    }
}
