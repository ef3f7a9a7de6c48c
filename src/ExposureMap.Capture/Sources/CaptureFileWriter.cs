using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// Writes frames to a classic pcap file (draft-ietf-opsawg-pcap) of one link type. Times are written in microseconds, which every tool reads,
/// until a frame needs nanoseconds: then the whole file is turned to them.
/// </summary>
public sealed class CaptureFileWriter : IDisposable
{
    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int FractionOffset = 4;
    private const int CapturedLengthOffset = 8;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly FileStream _file;
    private ushort? _linkType;
    private bool _nanoseconds;

    private CaptureFileWriter(FileStream file) => _file = file;

    public long Frames { get; private set; }

    /// <exception cref="CaptureException">The file cannot be written.</exception>
    public static CaptureFileWriter Create(string path)
    {
        try
        {
            var writer = new CaptureFileWriter(new FileStream(path, FileMode.Create, FileAccess.ReadWrite));
            writer.WriteFileHeader();
            return writer;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CaptureException($"{path}: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>False, and nothing written, when the frame's link type is not that of the first frame: a pcap file has one.</summary>
    public bool Write(FrameBatch batch, in FrameRecord record)
    {
        if (_linkType is null)
        {
            _linkType = record.LinkType;
            WriteFileHeader();
        }

        if (record.LinkType != _linkType) return false;
        if (!_nanoseconds && record.At.Nanoseconds % 1000 != 0) TurnToNanoseconds();

        var (seconds, fraction) = Math.DivRem(Math.Max(record.At.Nanoseconds, 0), NanosecondsPerSecond);
        Span<byte> header = stackalloc byte[RecordHeader];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)Math.Min(seconds, uint.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(header[FractionOffset..], (uint)(_nanoseconds ? fraction : fraction / 1000));
        BinaryPrimitives.WriteInt32LittleEndian(header[CapturedLengthOffset..], record.CapturedLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], record.OriginalLength);
        _file.Write(header);
        _file.Write(batch.Octets(record));
        Frames++;
        return true;
    }

    /// <exception cref="IOException">The disk is full: the last frames are not in the file.</exception>
    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private void WriteFileHeader()
    {
        Span<byte> header = stackalloc byte[FileHeader];
        BinaryPrimitives.WriteUInt32LittleEndian(header, _nanoseconds ? NanosecondMagic : MicrosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);            // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], FrameBatch.MaximumFrame);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], _linkType ?? LinkTypes.Ethernet);
        _file.Position = 0;
        _file.Write(header);
    }

    private void TurnToNanoseconds()
    {
        _nanoseconds = true;
        WriteFileHeader();
        Span<byte> header = stackalloc byte[RecordHeader];
        for (var at = (long)FileHeader; at < _file.Length; at += RecordHeader
            + BinaryPrimitives.ReadUInt32LittleEndian(header[CapturedLengthOffset..]))
        {
            _file.Position = at;
            _file.ReadExactly(header);
            BinaryPrimitives.WriteUInt32LittleEndian(header[FractionOffset..],
                BinaryPrimitives.ReadUInt32LittleEndian(header[FractionOffset..]) * 1000);
            _file.Position = at;
            _file.Write(header);
        }

        _file.Position = _file.Length;
    }
}
