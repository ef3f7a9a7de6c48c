using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Walks the object headers of a DNP3 fragment (IEEE 1815-2012, 4.2.2.7 and table 4-6) and the objects behind them, as far as their sizes are known.
/// </summary>
/// <param name="hasData">Objects follow the headers: in writes, controls and responses. Reads, freezes and the like name them only.</param>
internal ref struct Dnp3Objects(ReadOnlySpan<byte> rest, bool hasData)
{
    /// <summary>More headers than a fragment of 2048 octets has for any purpose.</summary>
    public const int MostHeaders = 32;

    private const int HeaderOctets = 3;                          // group, variation, qualifier
    private const int UnknownSize = -1, Packed = 0;
    private const byte Crob = 12, AnalogOutput = 41, Text = 110;

    private ReadOnlySpan<byte> _rest = rest;
    private ReadOnlySpan<byte> _objects;
    private int _start, _prefix, _size;

    /// <summary>255, which is none, before the first header.</summary>
    public byte Group { get; private set; } = byte.MaxValue;

    public byte Variation { get; private set; }

    /// <summary>Objects that the header names; 0 for all of a kind.</summary>
    public int Count { get; private set; }

    /// <summary>Goes to the next object header; false at the end or behind objects of unknown size.</summary>
    public bool Next()
    {
        if (_rest.Length < HeaderOctets) return false;
        (Group, Variation) = (_rest[0], _rest[1]);
        int range = _rest[2] & 0x0F, prefix = _rest[2] >> 4 & 7;
        var octets = range switch { 0 => 2, 1 => 4, 7 => 1, 8 => 2, 0x0B => 1, _ => 0 };
        if (_rest.Length < HeaderOctets + octets)
        {
            _rest = [];
            Count = 0;
            return true;
        }

        ReadRange(_rest.Slice(HeaderOctets, octets), range);
        _prefix = prefix switch { 1 or 4 => 1, 2 or 5 => 2, 3 or 6 => 4, _ => 0 };
        _objects = _rest[(HeaderOctets + octets)..];
        _size = prefix >= 4 ? UnknownSize : hasData ? SizeOf(Group, Variation) : Packed;
        _rest = _objects[Math.Min(Skip(prefix), _objects.Length)..];
        return true;
    }

    /// <summary>An object with its data, cut to what is there, and its index.</summary>
    public readonly ReadOnlySpan<byte> Element(int number, out int index)
    {
        var at = number * (_prefix + Math.Max(_size, 0));
        index = _start + number;
        if (number >= Math.Max(Count, 1) || at + _prefix > _objects.Length) return [];
        var from = _objects[at..];
        if (_prefix > 0)
            index = _prefix switch { 1 => from[0], 2 => ReadUInt16LittleEndian(from), _ => (int)(ReadUInt32LittleEndian(from) & int.MaxValue) };
        from = from[_prefix..];
        return _size > 0 ? from[..Math.Min(_size, from.Length)] : from;
    }

    private void ReadRange(ReadOnlySpan<byte> field, int range)
    {
        (_start, Count) = range switch
        {
            0 => (field[0], field[1] - field[0] + 1),
            1 => (ReadUInt16LittleEndian(field), ReadUInt16LittleEndian(field[2..]) - ReadUInt16LittleEndian(field) + 1),
            7 or 0x0B => (0, field[0]),
            8 => (0, ReadUInt16LittleEndian(field)),
            _ => (0, 0),
        };
        Count = Math.Max(Count, 0);
    }

    /// <summary>Octets of all objects of this header; more than there are when their size is not known.</summary>
    private readonly int Skip(int prefix)
    {
        if (prefix >= 4) return _prefix > 0 ? SkipSized() : int.MaxValue;
        if (_size == UnknownSize) return Count == 0 ? 0 : int.MaxValue;
        if (_size == Packed && hasData) return (Count + 7) / 8;
        return (int)Math.Min((long)Count * (_prefix + _size), int.MaxValue);
    }

    /// <summary>Objects that each say how long they are (prefix codes 4 to 6).</summary>
    private readonly int SkipSized()
    {
        var at = 0;
        for (var left = Count; left > 0 && at + _prefix <= _objects.Length; left--)
        {
            at += _prefix
                + _prefix switch
                {
                    1 => _objects[at],
                    2 => ReadUInt16LittleEndian(_objects[at..]),
                    _ => (int)(ReadUInt32LittleEndian(_objects[at..]) & 0xFFFFFF)
                };
        }

        return at;
    }

    /// <summary>Octets of one object of the kinds that masters send (annex A); 0 for bits packed into octets.</summary>
    private static int SizeOf(byte group, byte variation) => (group, variation) switch
    {
        (Crob, 1 or 2) => 11,
        (Crob, 3) or (10, 1) or (80, 1) => Packed,
        (AnalogOutput, 1) => 5,
        (AnalogOutput, 2) => 3,
        (AnalogOutput, 3) => 5,
        (AnalogOutput, 4) => 9,
        (34, 1) => 2,
        (34, 2 or 3) => 4,
        (50, 1 or 3) => 6,
        (50, 2) => 10,
        (50, 4) => 11,
        (51, 1 or 2) => 6,
        (52, 1 or 2) => 2,
        (102, 1) => 1,
        (Text, _) => variation,
        _ => UnknownSize,
    };
}
