using System.Buffers.Binary;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// One way to lay frames out in a file. A format reads records where they lie in the batch's buffer and keeps only what later records depend on;
/// it never fails: it stops and says why in <see cref="Damage"/>.
/// </summary>
internal abstract class CaptureFormat
{
    /// <summary>Octets of a file that suffice to recognise any format and read its file header.</summary>
    public const int HeadLength = 24;

    public const string Foreign = "is not a capture file (pcap, pcapng or snoop, as they are or compressed by gzip or zstd)";

    public const string Empty = "is empty";

    /// <summary>Number of the last frame, counted as tshark counts.</summary>
    public long Frames { get; protected set; }

    /// <summary>Octets after the parsed ones that belong to a record too long for the buffer; the reader passes over them.</summary>
    public long Skip { get; set; }

    /// <summary>Why nothing after the parsed octets can be read, or null.</summary>
    public string? Damage { get; protected set; }

    /// <summary>Octets of the file header, which the caller passes over.</summary>
    public abstract int HeaderLength { get; }

    /// <summary>
    /// Adds every complete record between the two positions of the batch's buffer; returns the position of the first octet not used.
    /// </summary>
    public abstract int Parse(FrameBatch batch, int start, int end);

    /// <summary>The format that begins so, or null with the reason.</summary>
    public static CaptureFormat? Recognise(ReadOnlySpan<byte> head, out string? reason)
    {
        reason = Foreign;
        if (head.IsEmpty) reason = Empty;
        if (head.Length < sizeof(uint)) return null;
        return PcapFormat.Recognise(head, ref reason)
            ?? PcapngFormat.Recognise(head, ref reason) ?? (CaptureFormat?)SnoopFormat.Recognise(head, ref reason);
    }

    /// <summary>Most formats are written in the byte order of the machine that captured.</summary>
    protected static uint Word(ReadOnlySpan<byte> octets, int offset, bool bigEndian)
    {
        var word = BinaryPrimitives.ReadUInt32LittleEndian(octets[offset..]);
        return bigEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
    }

    protected static ushort HalfWord(ReadOnlySpan<byte> octets, int offset, bool bigEndian)
    {
        var word = BinaryPrimitives.ReadUInt16LittleEndian(octets[offset..]);
        return bigEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
    }

    protected string TooLong(uint length, ushort linkType) =>
        FormattableString.Invariant($"frame {Frames + 1} claims {length} octets, more than the {LinkTypes.LongestFrame(linkType)} a frame can have");
}
