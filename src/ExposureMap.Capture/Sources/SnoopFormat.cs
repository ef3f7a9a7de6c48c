using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>Solaris snoop, version 2: RFC 1761. Everything is big-endian.</summary>
internal sealed class SnoopFormat : CaptureFormat
{
    private const int Version = 8;                             // file header, 16 octets: "snoop" and three zeros, version, datalink type
    private const int DataLink = 12;
    private const int FileHeader = 16;

    private const int OriginalLength = 0;                      // packet record, 24 octets before the data (section "Packet Record Format")
    private const int IncludedLength = 4;
    private const int RecordLength = 8;
    private const int Seconds = 16;
    private const int Microseconds = 20;
    private const int RecordHeader = 24;

    private readonly ushort _linkType;

    private SnoopFormat(ushort linkType) => _linkType = linkType;

    public override int HeaderLength => FileHeader;

    private static ReadOnlySpan<byte> Magic => "snoop\0\0\0"u8;

    public static SnoopFormat? Recognise(ReadOnlySpan<byte> head, ref string? reason)
    {
        if (!head.StartsWith(Magic)) return null;
        if (head.Length < FileHeader)
        {
            reason = FormattableString.Invariant($"cut short in the file header: {head.Length} of {FileHeader} octets");
            return null;
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(head[Version..]);
        var dataLink = BinaryPrimitives.ReadUInt32BigEndian(head[DataLink..]);
        if (version == 2 && LinkTypeOf(dataLink) is { } linkType) return new SnoopFormat(linkType);
        reason = FormattableString.Invariant(
            $"snoop version {version} with datalink type {dataLink}; read are version 2 with Ethernet, token ring or FDDI");
        return null;
    }

    public override int Parse(FrameBatch batch, int start, int end)
    {
        ReadOnlySpan<byte> octets = batch.Buffer.AsSpan(0, end);
        while (end - start >= RecordHeader)
        {
            var header = octets.Slice(start, RecordHeader);
            var included = BinaryPrimitives.ReadUInt32BigEndian(header[IncludedLength..]);
            var record = BinaryPrimitives.ReadUInt32BigEndian(header[RecordLength..]);
            if (included > LinkTypes.LongestFrame(_linkType)) Damage = TooLong(included, _linkType);
            else if (record < RecordHeader + included)
                Damage = FormattableString.Invariant($"frame {Frames + 1} has {included} octets in a record of {record}");
            if (Damage is not null) return start;

            var kept = (int)included;
            if (end - start - RecordHeader < kept) return start;
            var seconds = BinaryPrimitives.ReadUInt32BigEndian(header[Seconds..]);
            var at = new Timestamp(seconds * 1_000_000_000L + BinaryPrimitives.ReadUInt32BigEndian(header[Microseconds..]) * 1000L);
            var original = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(header[OriginalLength..]), int.MaxValue);
            batch.Add(new(start + RecordHeader, kept, original, at, _linkType, 0, ++Frames));

            var padding = Math.Min(record - RecordHeader - included, (uint)(end - start - RecordHeader - kept));
            start += RecordHeader + kept + (int)padding;
            Skip = record - RecordHeader - included - padding;
            if (Skip > 0) return start;
        }

        return start;
    }

    /// <summary>RFC 1761, "datalink types": 0 IEEE 802.3, 2 token ring, 4 Ethernet, 8 FDDI; the rest has no LINKTYPE_.</summary>
    private static ushort? LinkTypeOf(uint dataLink) => dataLink switch
    {
        0 or 4 => LinkTypes.Ethernet,
        2 => LinkTypes.TokenRing,
        8 => LinkTypes.Fddi,
        _ => null,
    };
}
