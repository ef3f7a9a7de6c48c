using System.Buffers.Binary;

namespace ExposureMap.Capture.Protocols;

/// <summary>Reads octets in order. A read beyond the end gives zero or nothing and clears <see cref="Ok"/>; it never fails otherwise.</summary>
internal ref struct Cursor(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;
    private bool _short;

    /// <summary>False once something was asked for that was not there.</summary>
    public readonly bool Ok => !_short;

    public readonly int Left => _rest.Length;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte U8() => Take(1) is [var octet] ? octet : (byte)0;

    public ushort U16() => Take(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16BigEndian(two) : (ushort)0;

    public ushort U16Le() => Take(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16LittleEndian(two) : (ushort)0;

    public int U24() => Take(3) is [var high, var middle, var low] ? high << 16 | middle << 8 | low : 0;

    public uint U32() => Take(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32BigEndian(four) : 0;

    public uint U32Le() => Take(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;

    public void Skip(long count) => Take(count);

    /// <summary>Exactly so many octets, or none.</summary>
    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _rest.Length)
        {
            _short = true;
            _rest = default;
            return default;
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    /// <summary>So many octets, or what is left of them.</summary>
    public ReadOnlySpan<byte> TakeUpTo(long count) => Take(Math.Clamp(count, 0, _rest.Length));

    /// <summary>The octets before the next such octet, which is passed over; none when it does not come.</summary>
    public ReadOnlySpan<byte> TakeUntil(byte end)
    {
        var taken = Take(_rest.IndexOf(end));
        Skip(1);
        return taken;
    }
}
