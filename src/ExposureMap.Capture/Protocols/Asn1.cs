namespace ExposureMap.Capture.Protocols;

/// <summary>ITU-T X.690 elements with tags of one or two octets, cut to the octets at hand.</summary>
internal static class Asn1
{
    private const int HighTag = 0x1F, LongForm = 0x80;
    private const int MaximumLengthOctets = 3;

    /// <summary>
    /// Takes the element that <paramref name="rest"/> begins with. A tag of two octets (number 31 and above) is both octets, the first one high.
    /// False when not even the head is there, or the length is indefinite or absurd.
    /// </summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out int tag, out ReadOnlySpan<byte> value)
    {
        tag = 0;
        value = default;
        var at = 0;
        if (rest.Length < 2) return false;
        tag = rest[at++];
        if ((tag & HighTag) == HighTag) tag = tag << 8 | rest[at++];
        if (rest.Length <= at) return false;
        int length = rest[at++];
        if (length >= LongForm)
        {
            var octets = length & ~LongForm;
            if (octets is 0 or > MaximumLengthOctets || rest.Length < at + octets) return false;
            length = 0;
            for (; octets > 0; octets--) length = length << 8 | rest[at++];
        }

        value = rest.Slice(at, Math.Min(length, rest.Length - at));
        rest = rest[(at + value.Length)..];
        return true;
    }

    /// <summary>Enters the element if it has this tag.</summary>
    public static bool TryEnter(scoped ref ReadOnlySpan<byte> rest, int tag)
    {
        var inside = rest;
        if (!TryTake(ref inside, out var found, out var value) || found != tag) return false;
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
}
