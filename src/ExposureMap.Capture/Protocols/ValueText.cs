using System.Buffers.Text;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Builds a fact's value on the stack; what does not fit is left out. Values are cleaned by the notes, not here.</summary>
internal ref struct ValueText(Span<byte> buffer)
{
    public const int Capacity = 256;

    private readonly Span<byte> _buffer = buffer;
    private int _length;

    public readonly ReadOnlySpan<byte> Value => _buffer[.._length];

    public readonly bool IsEmpty => _length == 0;

    public void Append(scoped ReadOnlySpan<byte> octets)
    {
        var fitting = Math.Min(octets.Length, _buffer.Length - _length);
        octets[..fitting].CopyTo(_buffer[_length..]);
        _length += fitting;
    }

    public void Append(byte octet) => Append([octet]);

    public void Append(long number)
    {
        if (Utf8Formatter.TryFormat(number, _buffer[_length..], out var written)) _length += written;
    }

    public void AppendHex(scoped ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            if (Utf8Formatter.TryFormat(octet, _buffer[_length..], out var written, new('x', 2))) _length += written;
        }
    }

    /// <summary>UTF-16 little-endian, as Windows writes it: what is beyond Latin-1 becomes a question mark.</summary>
    public void AppendUtf16(scoped ReadOnlySpan<byte> octets)
    {
        for (var index = 0; index + 1 < octets.Length; index += 2)
        {
            Append(octets[index + 1] == 0 && octets[index] < 0x80 ? octets[index] : (byte)'?');
        }
    }

    /// <summary>The forms of <see cref="Address.ToString"/>; IPv6 is not written.</summary>
    public void Append(Address address)
    {
        var number = address.Number.Low;
        switch (address.Family)
        {
            case AddressFamily.IPv4:
                for (var shift = 24; shift >= 0; shift -= 8)
                {
                    Append((long)(byte)(number >> shift));
                    if (shift > 0) Append((byte)'.');
                }

                break;
            case AddressFamily.Mac:
                for (var shift = 40; shift >= 0; shift -= 8)
                {
                    AppendHex([(byte)(number >> shift)]);
                    if (shift > 0) Append((byte)':');
                }

                break;
        }
    }
}
