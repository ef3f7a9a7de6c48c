using System.Buffers.Binary;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The head of a CoAP message up to its options: RFC 7252 section 3 on datagrams; RFC 8323 section 3.2 on streams, where a length stands in the
/// place of version and type, and no message id.
/// </summary>
/// <param name="Options">Where the options begin, behind the token.</param>
/// <param name="Length">Octets of the whole message.</param>
internal readonly record struct CoapHead(byte Code, int Options, int Length)
{
    public const int DatagramOctets = 4;

    private const byte VersionMask = 0xC0, VersionOne = 0x40, TokenMask = 0x0F, AnswerTypes = 0x20;
    private const int LongestToken = 8, LengthShift = 4, MaximumMessage = 1 << 20;
    private const byte LastMethod = 7;
    private const int ClassShift = 5;

    public bool IsRequest => Code is > 0 and <= LastMethod;

    /// <summary>0 requests, 2, 4 and 5 responses, 7 signals between the ends of a stream (RFC 8323 section 5).</summary>
    public int Class => Code >> ClassShift;

    /// <summary>False when it is no head, or is cut; then <see cref="Length"/> is -1 or 0.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, bool isStream, out CoapHead head) =>
        isStream ? TryReadStream(message, out head) : TryReadDatagram(message, out head);

    private static bool TryReadDatagram(ReadOnlySpan<byte> message, out CoapHead head)
    {
        const int CodeOffset = 1;
        head = new(0, 0, -1);
        if (message.Length < DatagramOctets || (message[0] & VersionMask) != VersionOne || (message[0] & TokenMask) > LongestToken
            || !IsCode(message[CodeOffset]))
            return false;
        var read = new CoapHead(message[CodeOffset], DatagramOctets + (message[0] & TokenMask), message.Length);
        // RFC 7252 table 1: acknowledgements and resets carry no request
        if (read.Options > message.Length || read.IsRequest && (message[0] & AnswerTypes) != 0) return false;
        head = read;
        return true;
    }

    /// <summary>The length counts options and payload: up to 12 in the first octet, else in one, two or four octets more.</summary>
    private static bool TryReadStream(ReadOnlySpan<byte> message, out CoapHead head)
    {
        head = new(0, 0, 0);
        if (message.IsEmpty) return false;
        var extended = (message[0] >> LengthShift) switch { 13 => 1, 14 => 2, 15 => 4, _ => 0 };
        var token = message[0] & TokenMask;
        if (token <= LongestToken && message.Length < 2 + extended) return false;
        head = new(0, 0, -1);
        if (token > LongestToken || !IsCode(message[1 + extended]) && !IsSignal(message[1 + extended])) return false;
        long length = extended switch
        {
            1 => 13 + message[1],
            2 => 269 + BinaryPrimitives.ReadUInt16BigEndian(message[1..]),
            4 => 65805 + (long)BinaryPrimitives.ReadUInt32BigEndian(message[1..]),
            _ => message[0] >> LengthShift,
        };
        var options = 2 + extended + token;
        if (length > MaximumMessage) return false;
        head = new(message[1 + extended], options, options + (int)length);
        return true;
    }

    /// <summary>
    /// Methods 0.01-0.07, empty 0.00, responses 2.01-2.05 and 2.31, 4.00-4.15, 4.22, 4.29, 5.00-5.08 (RFC 7252 section 12.1 and the registry after
    /// it).
    /// </summary>
    private static bool IsCode(byte code) => (code >> ClassShift, code & 0x1F) switch
    {
        (0, <= LastMethod) => true,
        (2, (>= 1 and <= 5) or 31) => true,
        (4, <= 6 or 8 or 9 or 12 or 13 or 15 or 22 or 29) => true,
        (5, <= 5 or 8) => true,
        _ => false,
    };

    /// <summary>RFC 8323 section 5: capabilities and settings, ping, pong, release, abort.</summary>
    private static bool IsSignal(byte code) => code >> ClassShift == 7 && (code & 0x1F) is >= 1 and <= 5;
}
