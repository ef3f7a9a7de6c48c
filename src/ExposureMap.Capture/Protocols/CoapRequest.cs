using System.Buffers.Binary;

namespace ExposureMap.Capture.Protocols;

/// <summary>What the options of a CoAP request say (RFC 7252 section 5.10), and of OMA LwM2M and Cisco's CSMP on it by their paths.</summary>
internal ref struct CoapRequest
{
    public const int NoObject = -1;

    private const byte PayloadMarker = 0xFF;
    private const int UriHost = 3, UriPath = 11, UriQuery = 15, MostOptions = 64;

    private int _segments, _letters;
    private bool _damaged, _path;

    public CoapRequest() => Object = Resource = NoObject;

    /// <summary>LwM2M's object and resource, the first and third number of the path.</summary>
    public int Object { get; private set; }

    public int Resource { get; private set; }

    public bool IsDiscovery { get; private set; }

    public bool IsRegistration { get; private set; }

    public bool IsNotification { get; private set; }

    public ReadOnlySpan<byte> Endpoint { get; private set; }

    /// <summary>Readable octets of host, path and query; 0 when there is no path, or one that cannot be read.</summary>
    public readonly int Letters => _path && !_damaged ? _letters : 0;

    /// <summary>Walks the options; false when they are none.</summary>
    /// <param name="options">From the first option to the end of the message, perhaps cut.</param>
    public static bool TryRead(ReadOnlySpan<byte> options, out CoapRequest request)
    {
        request = new CoapRequest();
        var at = 0;
        var number = 0;
        for (var count = 0; count < MostOptions && at < options.Length; count++)
        {
            if (options[at] == PayloadMarker) return at + 1 < options.Length;
            int delta = options[at] >> 4, length = options[at] & 0x0F;
            at++;
            if (!TryExtend(options, ref at, ref delta) || !TryExtend(options, ref at, ref length) || at + length > options.Length) return false;
            number += delta;
            if (!IsOption(number)) return false;
            request.Take(number, options.Slice(at, length));
            at += length;
        }

        return at == options.Length;
    }

    /// <summary>Registered options (RFC 7252, 7641, 7959, 7967, 8613, 8768, 9175, 9177).</summary>
    private static bool IsOption(int number) =>
        number is 1 or 3 or 4 or 5 or 6 or 7 or 8 or 9 or 11 or 12 or 14 or 15 or 16 or 17 or 19 or 20 or 21 or 23 or 27 or 28 or 31
        or 35 or 39 or 60 or 252 or 258 or 292 or (>= 2048 and <= 2055) or (>= 65000 and <= 65535);

    /// <summary>13 adds an octet, 14 adds two, 15 is reserved (section 3.1).</summary>
    private static bool TryExtend(ReadOnlySpan<byte> message, ref int at, ref int value)
    {
        switch (value)
        {
            case 13 when at < message.Length: value += message[at++]; return true;
            case 14 when at + 1 < message.Length: value = 269 + BinaryPrimitives.ReadUInt16BigEndian(message[at..]); at += 2; return true;
            default: return value < 13;
        }
    }

    private void Take(int option, ReadOnlySpan<byte> value)
    {
        if (option is not (UriHost or UriPath or UriQuery)) return;
        _letters += value.Length;
        if (value.IsEmpty || value.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0) _damaged = true;
        if (option == UriQuery && IsRegistration && value.StartsWith("ep="u8)) Endpoint = value[3..];
        if (option == UriPath) TakeSegment(value);
    }

    private void TakeSegment(ReadOnlySpan<byte> value)
    {
        _path = true;
        var isNumber = System.Buffers.Text.Utf8Parser.TryParse(value, out ushort number, out var used) && used == value.Length;
        switch (_segments++)
        {
            case 0:
                IsDiscovery = value.SequenceEqual(".well-known"u8);
                IsRegistration = value.SequenceEqual("rd"u8) || value.SequenceEqual("bs"u8) || value.SequenceEqual("r"u8);
                IsNotification = value.SequenceEqual("n"u8) || value.SequenceEqual("dp"u8);
                if (isNumber) Object = number;
                break;
            case 2 when isNumber && Object != NoObject:
                Resource = number;
                break;
        }
    }
}
