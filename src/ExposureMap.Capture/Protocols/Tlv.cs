namespace ExposureMap.Capture.Protocols;

/// <summary>Definite-length BER with single-octet tags (X.690 section 8.1), as metering protocols use it.</summary>
internal static class Tlv
{
    /// <summary>A length field's own size in octets and its value: false when it is cut, indefinite or longer than four octets.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> octets, out int size, out int length)
    {
        size = 1;
        length = 0;
        if (octets.IsEmpty) return false;
        length = octets[0];
        if (length < 0x80) return true;
        size = 1 + (length & 0x7F);
        if (size is 1 or > 4 || octets.Length < size) return false;
        length = 0;
        foreach (var octet in octets[1..size]) length = length << 8 | octet;
        return true;
    }

    /// <summary>
    /// Takes the element that <paramref name="rest"/> begins with. An element that ends beyond the octets at hand is taken cut, with <paramref name="whole"/> false.
    /// </summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out byte tag, out ReadOnlySpan<byte> value, out bool whole)
    {
        tag = 0;
        value = default;
        whole = false;
        if (rest.Length < 2 || !TryReadLength(rest[1..], out var size, out var length)) return false;
        tag = rest[0];
        var content = rest[(1 + size)..];
        whole = length <= content.Length;
        value = content[..Math.Min(length, content.Length)];
        rest = content[value.Length..];
        return true;
    }
}
