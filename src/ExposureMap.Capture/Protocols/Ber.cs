namespace ExposureMap.Capture.Protocols;

/// <summary>
/// ASN.1 BER elements (ITU-T X.690 section 8.1) with definite lengths and tags of one octet or two, cut to the octets at hand.
/// What metering calls TLV is the same. No length is believed beyond what a message can have, so that sums of lengths stay in range.
/// </summary>
internal static class Ber
{
    public const byte Integer = 0x02, OctetString = 0x04, ObjectIdentifier = 0x06, Sequence = 0x30, Set = 0x31;

    private const int HighTag = 0x1F, TagGoesOn = 0x80;           // 8.1.2.4: numbers from 31 on stand in the octets that follow
    private const int LongForm = 0x80, MostLengthOctets = 4;      // 8.1.3.5
    private const int LongestHead = 2 + MostLengthOctets;
    private const int MaximumLength = 1 << 28;

    /// <summary>A length field's own size in octets and its value. False when it is cut, indefinite or absurd.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> octets, out int size, out int length)
    {
        (size, length) = (1, 0);
        if (octets.IsEmpty) return false;
        length = octets[0];
        if (length < LongForm) return true;
        size += length & ~LongForm;
        if (size is 1 or > 1 + MostLengthOctets || octets.Length < size) return false;
        var value = Number(octets[1..size]);
        length = (int)value;
        return value <= MaximumLength;
    }

    /// <summary>The tag (of two octets, the first one high), the octets of tag and length, and what the length says.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> octets, out int tag, out int head, out int length)
    {
        (tag, head, length) = (0, 1, 0);
        if (octets.Length < 2) return false;
        tag = octets[0];
        if ((tag & HighTag) == HighTag)
        {
            if ((octets[1] & TagGoesOn) != 0) return false;
            tag = tag << 8 | octets[head++];
        }

        var isRead = TryReadLength(octets[head..], out var size, out length);
        head += size;
        return isRead;
    }

    /// <summary>
    /// Takes the element that <paramref name="rest"/> begins with. One that ends beyond the octets at hand is taken cut, with
    /// <paramref name="whole"/> false.
    /// </summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out int tag, out ReadOnlySpan<byte> value, out bool whole)
    {
        value = default;
        whole = false;
        if (!TryReadHead(rest, out tag, out var head, out var length)) return false;
        value = rest[head..];
        whole = length <= value.Length;
        if (whole) value = value[..length];
        rest = rest[(head + value.Length)..];
        return true;
    }

    public static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out int tag, out ReadOnlySpan<byte> value) =>
        TryTake(ref rest, out tag, out value, out _);

    /// <summary>The content of the next element when it has this tag. It is passed over in either case.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> rest, int tag, out ReadOnlySpan<byte> value) =>
        TryTake(ref rest, out var found, out value) && found == tag;

    /// <summary>Enters the next element if it has this tag, and else stays.</summary>
    public static bool TryEnter(scoped ref ReadOnlySpan<byte> rest, int tag)
    {
        var inside = rest;
        if (!TryTake(ref inside, tag, out var value)) return false;
        rest = value;
        return true;
    }

    /// <summary>The low 32 bits of an integer.</summary>
    public static uint Number(ReadOnlySpan<byte> value)
    {
        uint number = 0;
        foreach (var octet in value) number = number << 8 | octet;
        return number;
    }

    /// <summary>A small non-negative integer; -1 for others.</summary>
    public static int SmallInteger(ReadOnlySpan<byte> value) => value.Length is 0 or > 4 || (value[0] & 0x80) != 0 ? -1 : (int)Number(value);

    /// <summary>
    /// The length of the whole element (its tag of one octet) that begins here, 0 when octets lack, -1 when it is none that a stream would carry.
    /// </summary>
    public static int Measure(ReadOnlySpan<byte> stream, int maximum)
    {
        if (TryReadHead(stream, out _, out var head, out var length)) return length <= maximum - head ? head + length : -1;
        return stream.Length < 2 || stream.Length < LongestHead && stream[1] is > LongForm and <= LongForm + MostLengthOctets ? 0 : -1;
    }
}
