using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// The classic libpcap file: draft-ietf-opsawg-pcap, pcap-savefile(5). Both byte orders, micro- and nanoseconds, and Kuznetzov's "modified" layout,
/// whose record headers are 8 octets longer.
/// </summary>
internal sealed class PcapFormat : CaptureFormat
{
    private const uint Microseconds = 0xA1B2C3D4;              // draft-ietf-opsawg-pcap section 4
    private const uint Nanoseconds = 0xA1B23C4D;
    private const uint Modified = 0xA1B2CD34;                  // Kuznetzov's ss990417 patch to libpcap, microseconds

    private const int MajorVersion = 4;                        // file header, 24 octets
    private const int MinorVersion = 6;
    private const int LinkType = 20;                           // upper half: FCS length and reserved bits

    private const int Seconds = 0;                             // record header, 16 octets
    private const int Fraction = 4;
    private const int CapturedLength = 8;
    private const int OriginalLength = 12;
    private const int RecordHeader = 16;
    private const int ModifiedRecordHeader = 24;

    private readonly bool _bigEndian;
    private readonly int _recordHeader;
    private readonly uint _nanosecondsPerUnit;
    private readonly ushort _linkType;
    private readonly uint _longest;
    private readonly LengthOrder _order;

    private PcapFormat(ReadOnlySpan<byte> head, uint magic, bool bigEndian)
    {
        _bigEndian = bigEndian;
        _recordHeader = magic == Modified ? ModifiedRecordHeader : RecordHeader;
        _nanosecondsPerUnit = magic == Nanoseconds ? 1u : 1000u;
        _linkType = LinkTypes.FromDataLink((int)(Word(head, LinkType, bigEndian) & 0xFFFF));
        _longest = (uint)LinkTypes.LongestFrame(_linkType);
        _order = OrderOf(HalfWord(head, MajorVersion, bigEndian), HalfWord(head, MinorVersion, bigEndian));
    }

    /// <summary>Which of the two lengths comes first: before version 2.3 the original one, in 2.3 either (libpcap, sf-pcap.c).</summary>
    private enum LengthOrder
    {
        CapturedFirst,
        OriginalFirst,
        SmallerIsCaptured,
    }

    public override int HeaderLength => HeadLength;

    public static PcapFormat? Recognise(ReadOnlySpan<byte> head, ref string? reason)
    {
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(head);
        var bigEndian = magic is not (Microseconds or Nanoseconds or Modified);
        if (bigEndian) magic = BinaryPrimitives.ReverseEndianness(magic);
        if (magic is not (Microseconds or Nanoseconds or Modified)) return null;

        if (head.Length < HeadLength)
        {
            reason = FormattableString.Invariant($"cut short in the file header: {head.Length} of {HeadLength} octets");
            return null;
        }

        var major = HalfWord(head, MajorVersion, bigEndian);
        if (major >= 2) return new PcapFormat(head, magic, bigEndian);
        reason = FormattableString.Invariant($"pcap version {major}, which nothing writes any more");
        return null;
    }

    public override int Parse(FrameBatch batch, int start, int end)
    {
        ReadOnlySpan<byte> octets = batch.Buffer.AsSpan(0, end);
        while (end - start >= _recordHeader)
        {
            var header = octets.Slice(start, RecordHeader);
            var captured = Word(header, CapturedLength, _bigEndian);
            var original = Word(header, OriginalLength, _bigEndian);
            if (_order != LengthOrder.CapturedFirst && (_order == LengthOrder.OriginalFirst || captured > original))
                (captured, original) = (original, captured);
            if (captured > _longest)
            {
                Damage = TooLong(captured, _linkType);
                return start;
            }

            var kept = Math.Min((int)captured, FrameBatch.MaximumFrame);
            if (end - start - _recordHeader < kept) return start;

            var at = new Timestamp(
                Word(header, Seconds, _bigEndian) * 1_000_000_000L + Word(header, Fraction, _bigEndian) * (long)_nanosecondsPerUnit);
            batch.Add(new(start + _recordHeader, kept, (int)Math.Min(original, int.MaxValue), at, _linkType, 0, ++Frames));
            start += _recordHeader + kept;
            if (kept == captured) continue;
            Skip = captured - kept;
            return start;
        }

        return start;
    }

    private static LengthOrder OrderOf(ushort major, ushort minor) => (major, minor) switch
    {
        (2, < 3) or (543, 0) => LengthOrder.OriginalFirst,     // 543.0: an old BSD's tcpdump
        (2, 3) => LengthOrder.SmallerIsCaptured,
        _ => LengthOrder.CapturedFirst,
    };
}
