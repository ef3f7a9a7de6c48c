using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Sources;

/// <summary>Where one captured frame lies in its batch, and what the capture says of it.</summary>
/// <param name="Offset">Octets from the beginning of the batch's buffer.</param>
/// <param name="CapturedLength">Octets present; may be fewer than <paramref name="OriginalLength"/>, never more than the buffer holds.</param>
/// <param name="LinkType">The LINKTYPE_ value of the pcap registry (tcpdump.org/linktypes.html).</param>
/// <param name="Interface">Index of the interface within its source.</param>
/// <param name="Number">The frame's number in its capture, from 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FrameRecord(int Offset, int CapturedLength, int OriginalLength, Timestamp At, ushort LinkType,
    ushort Interface, long Number)
{
    /// <summary>Which of the batch's captures the frame comes from; 0 unless several captures were merged.</summary>
    public int Source { get; init; }
}

/// <summary>Frames that travel together: one buffer and an index. Reused; what it holds is valid until <see cref="Clear"/>.</summary>
public sealed class FrameBatch
{
    /// <summary>The longest frame that is read whole; longer ones are cut and say so by their original length.</summary>
    public const int MaximumFrame = 256 * 1024;

    /// <summary>Room for the longest frame, what surrounds it in a file, and the beginning of the next.</summary>
    private const int MinimumCapacity = 2 * MaximumFrame;

    private FrameRecord[] _records = new FrameRecord[4096];
    private string[] _captures = [""];

    public FrameBatch(int capacity = 1024 * 1024) => Buffer = new byte[Math.Max(capacity, MinimumCapacity)];

    public byte[] Buffer { get; private set; }

    public int Count { get; private set; }

    /// <summary>
    /// The capture these frames come from: a file's path as given, or sensor and interface. Of merged captures the first: ask
    /// <see cref="CaptureOf"/>.
    /// </summary>
    public string Capture
    {
        get => _captures[0];
        set
        {
            if (_captures.Length != 1 || !ReferenceEquals(_captures[0], value)) _captures = [value];
        }
    }

    public ReadOnlySpan<FrameRecord> Records => _records.AsSpan(0, Count);

    public ReadOnlySpan<byte> Octets(in FrameRecord record) => Buffer.AsSpan(record.Offset, record.CapturedLength);

    public string CaptureOf(in FrameRecord record) => _captures[record.Source];

    public void Add(in FrameRecord record)
    {
        if (Count == _records.Length) Array.Resize(ref _records, Count * 2);
        _records[Count++] = record;
    }

    public void Clear() => Count = 0;

    /// <summary>The frames to come are of several captures, which <see cref="FrameRecord.Source"/> points into.</summary>
    internal void MergeOf(string[] captures) => _captures = captures;

    /// <summary>Hands frames over without copying them: each batch gets what the other held.</summary>
    internal void Exchange(FrameBatch other)
    {
        (Buffer, other.Buffer) = (other.Buffer, Buffer);
        (_records, other._records) = (other._records, _records);
        (Count, other.Count) = (other.Count, Count);
        (_captures, other._captures) = (other._captures, _captures);
    }
}
