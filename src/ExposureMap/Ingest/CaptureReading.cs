using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Ingest;

/// <summary>Reads captures from beginning to end and tells an observer what they say: the way of a frame for everything that is not live.</summary>
internal static class CaptureReading
{
    /// <summary>Reads until the end, or until asked to stop; what was read by then is told either way.</summary>
    /// <param name="memory">Octets that open conversations may take.</param>
    /// <returns>What was counted.</returns>
    public static CaptureCounters Read(IFrameSource source, IObserver observer, IReadProgress progress, long memory, CancellationToken stop)
    {
        var table = new ConversationTable(observer, memory);
        var batch = new FrameBatch();
        while (!stop.IsCancellationRequested && source.Read(batch, stop))
        {
            table.Process(batch);
            progress.Report(source.Progress, table.Counters.Received);
        }

        table.Flush();
        progress.End();
        return table.Counters;
    }
}
