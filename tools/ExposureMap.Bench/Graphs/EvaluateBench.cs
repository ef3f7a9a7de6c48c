using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExposureMap.Configuration;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Store;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// <c>evaluate FILE [--runs N]</c>: what the service does with a map each time it looks for findings, step by step. What several rules share counts
/// for the first. Then how soon a path that is new against a baseline, the map as it was read, is a finding: by a whole evaluation, and ahead of it.
/// </summary>
internal sealed class EvaluateBench
{
    private readonly Dictionary<string, List<(double Milliseconds, long Octets)>> _steps = [];

    private readonly List<TimeSpan> _told = [];

    public static int Run(string[] args)
    {
        var runs = Array.IndexOf(args, "--runs") is var at and > 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 5;
        using var store = MapStore.OpenForQueries(args[0]);
        var site = store.Configuration is { Length: > 0 } kept
            ? ConfigurationFile.Read("", Encoding.UTF8.GetBytes(kept)).Configuration!
            : SiteConfiguration.Default;
        var record = store.Load();
        var bench = new EvaluateBench();
        for (var run = 0; run < runs; run++) bench.Evaluate(record, site.ToMapSettings());
        bench.Tell(record, site.ToMapSettings(), runs);
        bench.Print();
        return 0;
    }

    private void Evaluate(MapRecord record, MapSettings settings)
    {
        var map = Take("snapshot", () => new MapSnapshot(record, settings));
        var paths = Take("path graph", () => PathGraph.Of(map));
        var context = new FindingContext(map, paths: paths);
        foreach (var rule in FindingCatalog.Rules) Take($"{rule.Id} {rule.GetType().Name}", () => rule.Evaluate(context).Count());
    }

    /// <summary>Each time a machine of IT that nobody saw before opens a way over the first machine behind IT that leads into the field.</summary>
    private void Tell(MapRecord record, MapSettings settings, int runs)
    {
        var live = new LiveMap(record);
        var known = Take("baseline", () => new Baseline("bench", record));
        var before = new FindingContext(new(record, settings)) { Baseline = known };
        if (NewWay.In(before.Paths) is not { } way)
        {
            Console.Error.WriteLine("no machine of a DMZ leads into the field: new paths are not measured");
            return;
        }

        Take("whole: new paths", () => FindingCatalog.Evaluate(before, FindingCatalog.Urgent).Length);
        var watch = Take("reach to watch", () => new NewPathWatch(before));
        for (var run = 1; run <= runs; run++)
        {
            way.Usual(live, 10_000);
            var usual = live.Freeze();
            Require(Take("ahead: 10,000 conversations, no new path", () => watch.Look(usual)).IsEmpty);
            way.Open(live);
            var opened = live.Freeze();
            var began = Stopwatch.GetTimestamp();
            var ahead = Take("ahead: a new path", () => watch.Look(opened));
            _told.Add(Stopwatch.GetElapsedTime(began));
            var whole = Take("whole: a new path",
                () => FindingCatalog.Evaluate(new FindingContext(new(opened, settings)) { Baseline = known }, FindingCatalog.Urgent));
            Require(whole.Select(one => one.Id).SequenceEqual(ahead.Select(one => one.Id)) && ahead.Length == run);
        }
    }

    private static void Require(bool isSo)
    {
        if (!isSo) throw new InvalidOperationException("what is told ahead is not what is found");
    }

    private T Take<T>(string step, Func<T> work)
    {
        var (processor, octets) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        var made = work();
        if (!_steps.TryGetValue(step, out var taken)) _steps.Add(step, taken = []);
        taken.Add(((Environment.CpuUsage.TotalTime - processor).TotalMilliseconds, GC.GetTotalAllocatedBytes() - octets));
        return made;
    }

    private void Print()
    {
        Console.WriteLine("| step | CPU ms, first | median | MB allocated |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        foreach (var (step, taken) in _steps)
        {
            var median = taken.Select(one => one.Milliseconds).Order().ElementAt(taken.Count / 2);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {step} | {taken[0].Milliseconds:F0} | {median:F0} | {taken[^1].Octets / 1e6:F1} |"));
        }

        if (_told.Count == 0) return;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"from the record to the finding, ahead, on the clock: median {_told.Order().ElementAt(_told.Count / 2).TotalSeconds:F2} s, most {_told.Max().TotalSeconds:F2} s"));
    }
}
