using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>ISO transport on TCP: the packet header of RFC 1006, section 6, and class 0 units of ISO 8073 / X.224, clause 13.</summary>
internal static class Tpkt
{
    public const byte ConnectRequest = 0xE0, ConnectConfirm = 0xD0, Data = 0xF0;
    public const int UserDataOffset = 7;                         // packet header, length indicator, code, end mark

    public const byte CallingSelector = 0xC1, CalledSelector = 0xC2;   // X.224, 13.3.4: the TSAPs

    private const int LengthOffset = 2, HeaderOctets = 4, IndicatorOffset = 4, CodeOffset = 5, EndMarkOffset = 6, ParametersOffset = 11;
    private const byte Version = 3, DataIndicator = 2, EndOfUnit = 0x80;
    private const int Minimum = 7;
    private const int EnoughToTell = 48;                         // session, presentation and the head of a request of MMS

    public static int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < HeaderOctets) return stream.IsEmpty || stream[0] == Version ? 0 : -1;
        int length = ReadUInt16BigEndian(stream[LengthOffset..]);
        return stream[0] == Version && stream[1] == 0 && length >= Minimum ? length : -1;
    }

    /// <summary>Could a packet begin here that is too short to tell more?</summary>
    public static bool CouldBegin(ReadOnlySpan<byte> payload) =>
        payload.Length is >= 2 and <= UserDataOffset && payload[0] == Version && payload[1] == 0
        && (payload.Length < HeaderOctets || Measure(payload) > payload.Length)
        && (payload.Length <= IndicatorOffset || payload[IndicatorOffset] == DataIndicator);

    /// <summary>A data unit of which so little is there that what it carries cannot be told yet.</summary>
    public static bool IsCutShort(ReadOnlySpan<byte> payload) => payload.Length < Math.Min(EnoughToTell, Measure(payload));

    /// <summary>The code of the unit without its credit; 0 when this is no packet of ISO transport.</summary>
    public static byte CodeOf(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Minimum || Measure(packet) < 0) return 0;
        var code = (byte)(packet[CodeOffset] & 0xF0);
        return code != Data || packet[IndicatorOffset] == DataIndicator ? code : (byte)0;
    }

    /// <summary>The session or S7 octets of a data unit.</summary>
    public static ReadOnlySpan<byte> UserData(ReadOnlySpan<byte> packet) =>
        packet[UserDataOffset..Math.Max(Math.Min(packet.Length, Measure(packet)), UserDataOffset)];

    public static bool IsLast(ReadOnlySpan<byte> packet) => (packet[EndMarkOffset] & EndOfUnit) != 0;

    /// <summary>A parameter of a connect request or confirm; empty when it is not there.</summary>
    public static ReadOnlySpan<byte> Parameter(ReadOnlySpan<byte> packet, byte code)
    {
        var end = Math.Min(packet.Length, IndicatorOffset + 1 + packet[IndicatorOffset]);
        var rest = end > ParametersOffset ? packet[ParametersOffset..end] : [];
        while (rest.Length >= 2 && rest.Length >= 2 + rest[1])
        {
            if (rest[0] == code) return rest.Slice(2, rest[1]);
            rest = rest[(2 + rest[1])..];
        }

        return [];
    }
}
