namespace ExposureMap.Capture.Sources;

/// <summary>Something that yields frames: a capture file, standard input, an interface.</summary>
public interface IFrameSource : IDisposable
{
    string Name { get; }

    /// <summary>
    /// Clears and fills the batch. False at the end of the input or once <paramref name="stop"/> was asked for, when nothing was added.
    /// True with an empty batch says that nothing came for a moment (live sources only).
    /// Damage is not an exception: what could be read is delivered and <see cref="Problem"/> says what could not, and where.
    /// </summary>
    bool Read(FrameBatch batch, CancellationToken stop);

    /// <summary>What is wrong with the input (which file, which octet or frame, what was kept), or null.</summary>
    string? Problem { get; }

    /// <summary>Octets of the input read so far, as they lie on the disk, and how many there are (0 when unknown); for progress.</summary>
    (long Read, long Total) Progress { get; }
}
