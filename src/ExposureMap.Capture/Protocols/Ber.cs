namespace ExposureMap.Capture.Protocols;

/// <summary>ASN.1 BER elements (ITU-T X.690 section 8.1) with single-octet tags and definite lengths, which is all that LDAP, Kerberos, SNMP and X.509 use.</summary>
internal static class Ber
{
    public const byte Integer = 0x02, OctetString = 0x04, ObjectIdentifier = 0x06, Sequence = 0x30, Set = 0x31;

    private const int LongForm = 0x80;

    /// <summary>The next element; its content is cut to what is there. False at the end or when the head makes no sense.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> octets, out byte tag, out ReadOnlySpan<byte> content)
    {
        tag = 0;
        content = default;
        if (!TryReadHead(octets, out var head, out var length)) return false;
        tag = octets[0];
        content = octets[head..];
        if (length < content.Length) content = content[..(int)length];
        octets = octets[(head + content.Length)..];
        return true;
    }

    /// <summary>The content of the next element when it has this tag. It is passed over in either case.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> octets, byte tag, out ReadOnlySpan<byte> content) => TryRead(ref octets, out var found, out content) && found == tag;

    /// <summary>Octets of tag and length, and what the length says. False when octets lack, or the length is indefinite or beyond 32 bits.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> octets, out int head, out long length)
    {
        head = 2;
        length = 0;
        if (octets.Length < head) return false;
        length = octets[1];
        if (length < LongForm) return true;
        var more = octets[1] & 0x7F;
        if (more is 0 or > 4 || octets.Length < head + more) return false;
        length = 0;
        foreach (var octet in octets.Slice(head, more)) length = length << 8 | octet;
        head += more;
        return true;
    }

    /// <summary>A small non-negative integer; -1 for others.</summary>
    public static int SmallInteger(ReadOnlySpan<byte> content)
    {
        if (content.Length is 0 or > 4 || (content[0] & 0x80) != 0) return -1;
        var value = 0;
        foreach (var octet in content) value = value << 8 | octet;
        return value;
    }

    /// <summary>The length of the whole element that begins here, 0 when octets lack, -1 when it is none that a stream would carry.</summary>
    public static int Measure(ReadOnlySpan<byte> stream, long maximum)
    {
        if (!TryReadHead(stream, out var head, out var length)) return stream.Length < 6 && (stream.Length < 2 || (stream[1] & 0x7F) is > 0 and <= 4) ? 0 : -1;
        return head + length <= maximum ? (int)(head + length) : -1;
    }
}
