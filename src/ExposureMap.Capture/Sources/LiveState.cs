namespace ExposureMap.Capture.Sources;

/// <summary>How a live capture fares. Silence and loss are for its owner to judge, from the statistics.</summary>
public enum LiveState
{
    Live,

    /// <summary>Captures, but the interface has no carrier or is down; it goes on by itself when the link is back.</summary>
    LinkDown,

    /// <summary>The interface is gone, or another one has its name now: over, to be opened anew.</summary>
    Missing,

    /// <summary>Reading failed, <see cref="IFrameSource.Problem"/> says how: over, to be opened anew.</summary>
    Failed,

    /// <summary>Disposed.</summary>
    Stopped,
}

/// <summary>Frames of one live capture since it was opened.</summary>
/// <param name="Received">Frames that reached this program, whatever became of them.</param>
/// <param name="KernelDropped">Frames that found the kernel's ring full (pcap_stats ps_drop).</param>
/// <param name="InterfaceDropped">Frames the interface missed (its rx_missed, rx_fifo and rx_over counters): whether we would have wanted them is
/// unknown.</param>
/// <param name="QueueDropped">Received frames that found all batches full, because their reader was slow.</param>
/// <param name="Failed">Received frames lost to a fault of this program.</param>
public readonly record struct CaptureStatistics(long Received, long KernelDropped, long InterfaceDropped, long QueueDropped, long Failed);

/// <summary>How to capture. The defaults lose nothing on a busy mirror port.</summary>
public sealed record LiveOptions
{
    /// <summary>A pcap-filter(7) expression, or empty for everything.</summary>
    public string Filter { get; init; } = "";

    public bool Promiscuous { get; init; } = true;

    /// <summary>Octets kept of a frame.</summary>
    public int SnapLength { get; init; } = FrameBatch.MaximumFrame;

    /// <summary>The kernel's ring.</summary>
    public int KernelOctets { get; init; } = 64 * 1024 * 1024;

    /// <summary>Batches that may wait for the reader, about 1 MiB each; they are made as they are needed.</summary>
    public int Batches { get; init; } = 64;
}
