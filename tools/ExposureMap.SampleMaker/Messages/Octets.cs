using System.Buffers.Binary;
using System.Text;

namespace ExposureMap.SampleMaker.Messages;

/// <summary>Octets in the order they go out.</summary>
internal sealed class Octets
{
    private readonly List<byte> _octets = [];

    public int Count => _octets.Count;

    public Octets U8(params ReadOnlySpan<int> values)
    {
        foreach (var value in values) _octets.Add((byte)value);
        return this;
    }

    /// <summary>Network byte order.</summary>
    public Octets U16(int value) => U8(value >> 8, value);

    public Octets U32(long value) => U16((int)(value >> 16)).U16((int)value);

    /// <summary>Little endian.</summary>
    public Octets L16(int value) => U8(value, value >> 8);

    public Octets L32(long value) => L16((int)value).L16((int)(value >> 16));

    public Octets L64(long value) => L32(value).L32(value >> 32);

    public Octets Float(float value) => L32(BitConverter.SingleToUInt32Bits(value));

    public Octets Text(string text) => Raw(Encoding.ASCII.GetBytes(text));

    /// <summary>UTF-16, little endian, as Windows writes names.</summary>
    public Octets Wide(string text) => Raw(Encoding.Unicode.GetBytes(text));

    public Octets Raw(params ReadOnlySpan<byte> octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    /// <summary>Hexadecimal digits; blanks are for the reader.</summary>
    public Octets Hex(string digits) => Raw(Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal)));

    public Octets Zeros(int count) => Raw(new byte[count]);

    /// <summary>Fills up to a multiple of <paramref name="boundary"/>.</summary>
    public Octets Align(int boundary) => Zeros((boundary - (Count % boundary)) % boundary);

    public byte[] ToArray() => [.. _octets];

    /// <summary>One element of BER: tag, length, contents (ITU-T X.690, section 8.1).</summary>
    public static byte[] Ber(int tag, params byte[][] parts)
    {
        var contents = parts.SelectMany(part => part).ToArray();
        var element = new Octets().U8(tag);
        if (contents.Length < 0x80) element.U8(contents.Length);
        else if (contents.Length < 0x100) element.U8(0x81, contents.Length);
        else element.U8(0x82).U16(contents.Length);
        return element.Raw(contents).ToArray();
    }

    public static byte[] BerText(int tag, string text) => Ber(tag, Encoding.ASCII.GetBytes(text));

    public static byte[] BerNumber(int tag, int value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(octets, value);
        var start = 0;
        while (start < 3 && octets[start] == 0 && octets[start + 1] < 0x80) start++;
        return Ber(tag, octets[start..]);
    }
}
