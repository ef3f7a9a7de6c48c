using System.Buffers.Binary;
using System.IO.Compression;
using ZstdSharp;

namespace ExposureMap.Capture.Sources;

/// <summary>Recognises compressed captures by their first octets, and compressed bombs by how much they grow.</summary>
internal static class Compression
{
    private const ushort GzipMagic = 0x1F8B;                   // RFC 1952 section 2.3.1
    private const uint ZstandardMagic = 0xFD2FB528;            // RFC 8878 section 3.1.1, little-endian

    /// <summary>Captures shrink 2 to 30 times, the dullest about 100 times. Beyond this it is no capture.</summary>
    private const long LargestRatio = 250;

    /// <summary>Below this nothing is called a bomb: reading it costs less than a second.</summary>
    private const long HarmlessOctets = 256L * 1024 * 1024;

    /// <summary>The input's octets as a capture has them; the input itself when it is not compressed.</summary>
    public static Stream Unpack(CaptureInput input)
    {
        var magic = input.Magic();
        if (magic.Length < sizeof(uint)) return input;
        if (BinaryPrimitives.ReadUInt16BigEndian(magic) == GzipMagic) return new GZipStream(input, CompressionMode.Decompress);
        return BinaryPrimitives.ReadUInt32LittleEndian(magic) == ZstandardMagic ? new DecompressionStream(input, leaveOpen: false) : input;
    }

    public static bool IsBomb(long unpacked, long packed) => unpacked > HarmlessOctets && unpacked / Math.Max(packed, 1) > LargestRatio;

    public static bool IsUnreadable(Exception error) => error is IOException or InvalidDataException or ZstdException or UnauthorizedAccessException;
}
