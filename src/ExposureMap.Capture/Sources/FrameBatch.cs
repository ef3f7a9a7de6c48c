using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>Where one captured frame lies in its batch, and what the capture says of it.</summary>
/// <param name="Offset">Octets from the beginning of the batch's buffer.</param>
/// <param name="CapturedLength">Octets present; may be fewer than <paramref name="OriginalLength"/>, never more than the buffer holds.</param>
/// <param name="LinkType">The LINKTYPE_ value of the pcap registry (tcpdump.org/linktypes.html).</param>
/// <param name="Interface">Index of the interface within its source.</param>
/// <param name="Number">The frame's number in its capture, from 1.</param>
public readonly record struct FrameRecord(int Offset, int CapturedLength, int OriginalLength, Timestamp At, ushort LinkType, ushort Interface, long Number);

/// <summary>Frames that travel together: one buffer and an index. Reused; what it holds is valid until <see cref="Clear"/>.</summary>
public sealed class FrameBatch
{
    /// <summary>The longest frame that is read whole; longer ones are cut and say so by their original length.</summary>
    public const int MaximumFrame = 256 * 1024;

    private FrameRecord[] _records = new FrameRecord[4096];

    public FrameBatch(int capacity = 1024 * 1024) => Buffer = new byte[Math.Max(capacity, MaximumFrame)];

    public byte[] Buffer { get; }

    public int Count { get; private set; }

    /// <summary>The capture these frames come from: a file's name, or sensor and interface.</summary>
    public string Capture { get; set; } = "";

    public ReadOnlySpan<FrameRecord> Records => _records.AsSpan(0, Count);

    public ReadOnlySpan<byte> Octets(in FrameRecord record) => Buffer.AsSpan(record.Offset, record.CapturedLength);

    public void Add(in FrameRecord record)
    {
        if (Count == _records.Length) Array.Resize(ref _records, Count * 2);
        _records[Count++] = record;
    }

    public void Clear() => Count = 0;
}
