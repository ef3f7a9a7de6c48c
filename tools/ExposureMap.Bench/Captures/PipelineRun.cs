using System.Globalization;
using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Map;

namespace ExposureMap.Bench.Captures;

/// <summary>Frames to map in this process: what is allocated, and what each half of a capture costs. In the second half most conversations are known.</summary>
internal static class PipelineRun
{
    public static void Measure(string capture, long frames)
    {
        using var source = CaptureFile.Open(capture);
        var map = new LiveMap();
        var table = new ConversationTable(map);
        var batch = new FrameBatch();
        var last = Now(table);
        while (source.Read(batch, CancellationToken.None))
        {
            var before = table.Counters.Received;
            table.Process(batch);
            if (before < frames / 2 && table.Counters.Received >= frames / 2) last = Print("first half", last, table);
        }

        last = Print("second half", last, table);
        table.Flush();
        Print("flush", last, table);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{map.Endpoints} endpoints, {map.Conduits} conduits, {table.Counters.Conversations} conversations, {GC.GetTotalMemory(false) >> 20} MiB"));
    }

    private static Reading Print(string stage, Reading last, ConversationTable table)
    {
        var now = Now(table);
        var frames = Math.Max(1, now.Frames - last.Frames);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{stage}: {(now.Milliseconds - last.Milliseconds) * 1e6 / frames:F0} ns/frame, {(double)(now.Octets - last.Octets) / frames:F1} octets/frame, collections {now.Young - last.Young}/{now.Middle - last.Middle}/{now.Old - last.Old}, {table.Count} open"));
        return now;
    }

    private static Reading Now(ConversationTable table) =>
        new(GC.GetTotalAllocatedBytes(true), Environment.CpuUsage.TotalTime.TotalMilliseconds, table.Counters.Received, GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));

    private readonly record struct Reading(long Octets, double Milliseconds, long Frames, int Young, int Middle, int Old);
}
