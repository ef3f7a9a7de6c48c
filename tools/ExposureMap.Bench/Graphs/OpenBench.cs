using System.Diagnostics;
using System.Globalization;
using ExposureMap.Configuration;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Store;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// <c>open FILE</c>: where the time between the start of a query and its answer goes, cold, in seconds of the clock, with what the process holds
/// then.
/// </summary>
internal sealed class OpenBench
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public static int Run(string[] args)
    {
        var bench = new OpenBench();
        using var store = MapStore.OpenForQueries(args[0]);
        var site = ConfigurationFile.Read("", System.Text.Encoding.UTF8.GetBytes(store.Configuration!)).Configuration!;
        var record = store.View();
        bench.Say("store opened");
        var map = new MapSnapshot(record, site.ToMapSettings());
        bench.Say($"{map.Assets.Length} assets");
        bench.Say($"{record.Links.Count} links, {record.Links[0].Marks}");
        bench.Say($"{record.Contacts.Count} contacts");
        var paths = PathGraph.Of(map);
        bench.Say($"{paths.Graph.EdgeCount} edges");
        int[] office = [.. map.AssetsOf(Graph.Segments.SegmentKind.It).Select(asset => asset.Id)];
        bench.Say($"{office.Length} in IT");
        bench.Say($"{paths.Graph.InDegree(office[0]) + paths.Graph.OutDegree(office[0])} arcs of one host");
        for (var run = 0; run < 3; run++)
        {
            using var reach = Reach.Forward(paths.Graph, office);
            bench.Say($"reach {reach.Count}");
        }

        for (var run = 0; run < 3; run++)
        {
            var answer = ReachQuery.Run(paths, [office[^1]]);
            bench.Say($"reach in time {answer.Rows.Length}");
        }

        return 0;
    }

    private void Say(string text) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{_clock.Elapsed.TotalSeconds,7:F2} s, cpu {Environment.CpuUsage.TotalTime.TotalSeconds,6:F2} s, {Process.GetCurrentProcess().WorkingSet64 >> 20,5} MiB: {text}"));
}
