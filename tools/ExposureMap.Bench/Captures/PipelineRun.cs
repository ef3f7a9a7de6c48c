using System.Globalization;
using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Bench.Captures;

/// <summary>
/// Frames to map in this process, one stage more each time: where the time goes, and what is allocated. In the second half of a capture most
/// conversations are known.
/// </summary>
internal static class PipelineRun
{
    private enum Stage { Read, Decode, Conversations, Map }

    private sealed class Deaf : IObserver
    {
        public void OnConversation(Conversation now, Conversation? before)
        {
        }

        public void OnFact(AssetFact fact)
        {
        }
    }

    public static void Measure(string capture, long frames)
    {
        Console.WriteLine();
        Console.WriteLine("| read up to | part | CPU ms | ns/frame | octets/frame | collections | open |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var stage in Enum.GetValues<Stage>()) Measure(capture, frames, stage);
    }

    private static void Measure(string capture, long frames, Stage stage)
    {
        using var source = CaptureFile.Open(capture);
        var table = new ConversationTable(stage == Stage.Map ? new LiveMap() : new Deaf());
        var batch = new FrameBatch();
        var last = Now(0);
        var seen = 0L;
        while (source.Read(batch, CancellationToken.None))
        {
            var before = seen;
            seen += batch.Count;
            if (stage == Stage.Decode) Decode(batch);
            if (stage >= Stage.Conversations) table.Process(batch);
            if (before < frames / 2 && seen >= frames / 2) last = Print(stage, "first half", last, seen, table);
        }

        last = Print(stage, "second half", last, seen, table);
        if (stage < Stage.Conversations) return;
        table.Flush();
        Print(stage, "end", last, seen, table);
    }

    private static void Decode(FrameBatch batch)
    {
        Frame frame = default;
        foreach (ref readonly var record in batch.Records) FrameDecoder.Decode(batch.Octets(record), record.LinkType, ref frame);
    }

    private static Reading Print(Stage stage, string part, Reading last, long seen, ConversationTable table)
    {
        var now = Now(seen);
        var frames = Math.Max(1, now.Frames - last.Frames);
        var took = now.Milliseconds - last.Milliseconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {stage} | {part} | {took:F0} | {took * 1e6 / frames:F0} | {(double)(now.Octets - last.Octets) / frames:F1} | {now.Young - last.Young}/{now.Middle - last.Middle}/{now.Old - last.Old} | {table.Count} |"));
        return now;
    }

    private static Reading Now(long frames) =>
        new(GC.GetTotalAllocatedBytes(true), Environment.CpuUsage.TotalTime.TotalMilliseconds, frames, GC.CollectionCount(0),
            GC.CollectionCount(1), GC.CollectionCount(2));

    private readonly record struct Reading(long Octets, double Milliseconds, long Frames, int Young, int Middle, int Old);
}
