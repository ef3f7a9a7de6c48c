using System.Globalization;

namespace ExposureMap.Capture.Protocols;

/// <summary>The text of a fact, composed on the stack: what does not fit is left out.</summary>
internal ref struct FactText(Span<byte> buffer)
{
    /// <summary>Octets that hold every text composed here.</summary>
    public const int Size = 128;

    private readonly Span<byte> _buffer = buffer;
    private int _length;

    public readonly ReadOnlySpan<byte> Text => _buffer[.._length];

    public void Add(ReadOnlySpan<byte> text)
    {
        var kept = text[..Math.Min(text.Length, _buffer.Length - _length)];
        kept.CopyTo(_buffer[_length..]);
        _length += kept.Length;
    }

    public void Add(ulong number)
    {
        if (number.TryFormat(_buffer[_length..], out var written, default, CultureInfo.InvariantCulture)) _length += written;
    }

    public void AddHex(ReadOnlySpan<byte> octets)
    {
        if (Convert.TryToHexStringLower(octets, _buffer[_length..], out var written)) _length += written;
    }

    /// <summary>
    /// An object identifier's content octets (X.690 section 8.19). A relative one (section 8.20) has no first pair.
    /// </summary>
    public void AddObjectIdentifier(ReadOnlySpan<byte> content, bool relative)
    {
        ulong arc = 0;
        var first = true;
        foreach (var octet in content)
        {
            arc = arc << 7 | (uint)(octet & 0x7F);
            if ((octet & 0x80) != 0) continue;
            if (!first) Add("."u8);
            if (first && !relative)
            {
                var root = Math.Min(arc / 40, 2);
                Add(root);
                Add("."u8);
                arc -= root * 40;
            }

            Add(arc);
            first = false;
            arc = 0;
        }
    }
}
