using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>An interface as a pcapng Interface Description Block declares it (draft-ietf-opsawg-pcapng section 4.2), with its clock.</summary>
internal readonly struct PcapngInterface
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ushort EndOfOptions = 0;                     // section 3.5
    private const ushort TimestampResolution = 9;              // if_tsresol, section 4.2
    private const ushort TimestampOffset = 14;                 // if_tsoffset
    private const byte PowerOfTwo = 0x80;                      // most significant bit of if_tsresol

    private readonly ulong _unitsPerSecond = 1_000_000;        // without if_tsresol
    private readonly long _offset;                             // seconds

    public PcapngInterface(ushort linkType, uint snapLength, ReadOnlySpan<byte> options, bool bigEndian)
    {
        LinkType = linkType;
        SnapLength = snapLength;
        while (options.Length >= 4)
        {
            var code = Half(options, bigEndian);
            int length = Half(options[2..], bigEndian);
            if (code == EndOfOptions || length > options.Length - 4) break;
            var value = options.Slice(4, length);
            if (code == TimestampResolution && length == 1) _unitsPerSecond = Units(value[0]);
            if (code == TimestampOffset && length == 8)
                _offset = bigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
            options = options[Math.Min(4 + ((length + 3) & ~3), options.Length)..];
        }
    }

    public ushort LinkType { get; }

    /// <summary>0 means no limit.</summary>
    public uint SnapLength { get; }

    public Timestamp At(ulong ticks)
    {
        if (_offset == 0 && _unitsPerSecond == 1_000_000 && ticks <= long.MaxValue / 1000) return new((long)ticks * 1000);
        if (_offset == 0 && _unitsPerSecond == NanosecondsPerSecond && ticks <= long.MaxValue) return new((long)ticks);

        var (seconds, rest) = Math.DivRem(ticks, _unitsPerSecond);
        var nanoseconds = (long)((UInt128)rest * NanosecondsPerSecond / _unitsPerSecond);
        var total = Int128.Clamp((Int128)seconds + _offset, long.MinValue, long.MaxValue);
        return Timestamp.FromUnix((long)total, nanoseconds);
    }

    /// <summary>What a 64-bit count cannot express (10^20 and more, 2^64 and more) stands as the finest it can.</summary>
    private static ulong Units(byte resolution)
    {
        var exponent = resolution & ~PowerOfTwo;
        if ((resolution & PowerOfTwo) != 0) return exponent < 64 ? 1UL << exponent : ulong.MaxValue;
        if (exponent > 19) return ulong.MaxValue;
        var units = 1UL;
        for (; exponent > 0; exponent--) units *= 10;
        return units;
    }

    private static ushort Half(ReadOnlySpan<byte> octets, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(octets) : BinaryPrimitives.ReadUInt16LittleEndian(octets);
}
