using System.Globalization;
using System.Text;
using ExposureMap.Configuration;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Store;

namespace ExposureMap.Bench.Graphs;

/// <summary><c>evaluate FILE [--runs N]</c>: what the service does with a map each time it looks for findings, step by step. What several rules share counts for the first.</summary>
internal sealed class EvaluateBench
{
    private readonly Dictionary<string, List<(double Milliseconds, long Octets)>> _steps = [];

    public static int Run(string[] args)
    {
        var runs = Array.IndexOf(args, "--runs") is var at and > 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 5;
        using var store = MapStore.OpenForQueries(args[0]);
        var site = store.Configuration is { Length: > 0 } kept ? ConfigurationFile.Read("", Encoding.UTF8.GetBytes(kept)).Configuration! : SiteConfiguration.Default;
        var record = store.Load();
        var bench = new EvaluateBench();
        for (var run = 0; run < runs; run++) bench.Evaluate(record, site.ToMapSettings());
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
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {step} | {taken[0].Milliseconds:F0} | {median:F0} | {taken[^1].Octets / 1e6:F1} |"));
        }
    }
}
