using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Map;

namespace ExposureMap.Hosting;

/// <summary>
/// Frames of one watch on their way to the pipeline, or the word that it is over: behind its last frames, so that none is missing from its count.
/// </summary>
internal readonly record struct WatchedFrames(WatchedInterface Interface, Watch Watch, FrameBatch? Batch, CaptureCoverage? Ended = null);

/// <summary>
/// From all interfaces to the one pipeline: a fixed number of batches goes round. Who finds none free waits; meanwhile the interface's own queue
/// fills, drops the newest frames and counts them, so that there is one place where frames are lost.
/// </summary>
internal sealed class BatchQueue : IDisposable
{
    private readonly BlockingCollection<FrameBatch> _free;
    private readonly BlockingCollection<WatchedFrames> _full = new(new ConcurrentQueue<WatchedFrames>());

    public BatchQueue(int batches) => _free = new(new ConcurrentQueue<FrameBatch>(Enumerable.Range(0, batches).Select(_ => new FrameBatch())));

    /// <summary>Batches that wait for the pipeline.</summary>
    public int Waiting => _full.Count;

    public bool TryRent([NotNullWhen(true)] out FrameBatch? batch, TimeSpan wait) => _free.TryTake(out batch, wait);

    public void Return(FrameBatch batch)
    {
        batch.Clear();
        _free.Add(batch);
    }

    /// <summary>Never waits: there are no more batches than places.</summary>
    public void Put(in WatchedFrames frames) => _full.Add(frames);

    public bool TryTake(out WatchedFrames frames, TimeSpan wait) => _full.TryTake(out frames, wait);

    public void Dispose()
    {
        _free.Dispose();
        _full.Dispose();
    }
}
