using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Numbers side by side in as many bits as the greatest needs, as in M. Zukowski et al., Super-scalar RAM-CPU cache compression (2006), and in octets
/// of seven bits.
/// </summary>
internal static class PackedBits
{
    /// <summary>A packed number is written and read as eight octets, the last one too.</summary>
    public const int Padding = 8;

    public static int BitsOf(ReadOnlySpan<ulong> values)
    {
        var all = 0UL;
        foreach (var value in values) all |= value;
        var bits = 64 - BitOperations.LeadingZeroCount(all);
        return bits > 56 ? 64 : bits;       // with more than 56 a shifted value would not fit the eight octets read
    }

    public static int Octets(int bits, int count) => (int)(((long)bits * count + 7) / 8);

    public static void Pack(ReadOnlySpan<ulong> values, int bits, Span<byte> into)
    {
        for (var index = 0; index < values.Length; index++)
        {
            var at = (long)index * bits;
            var octets = into[(int)(at >> 3)..];
            BinaryPrimitives.WriteUInt64LittleEndian(octets, BinaryPrimitives.ReadUInt64LittleEndian(octets) | values[index] << (int)(at & 7));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong At(ReadOnlySpan<byte> column, int bits, int index)
    {
        var at = (long)index * bits;
        var word = BinaryPrimitives.ReadUInt64LittleEndian(column[(int)(at >> 3)..]);
        return bits == 64 ? word : word >> (int)(at & 7) & ((1UL << bits) - 1);
    }

    public static void WriteVariable(List<byte> octets, ulong value)
    {
        for (; value >= 0x80; value >>= 7) octets.Add((byte)(value | 0x80));
        octets.Add((byte)value);
    }

    /// <summary>Beyond the end everything is 0: what is stored may be damaged.</summary>
    public static ulong ReadVariable(ReadOnlySpan<byte> octets, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; at < octets.Length; shift += 7)
        {
            var octet = octets[at++];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) break;
        }

        return value;
    }

    /// <summary>Small when near zero, whatever the sign.</summary>
    public static ulong Folded(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);

    public static long Unfolded(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
