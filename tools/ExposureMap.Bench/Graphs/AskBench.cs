using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ExposureMap.Configuration;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Store;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// <c>ask FILE [RUNS] [PART]</c>: what the running service needs for its questions, once a map is open and has been asked before: selection and
/// search, without the text of the answer. Of a map that <c>map</c> made. Each asked again and again, the middle of all but the first; the clock and
/// the processor.
/// </summary>
internal sealed class AskBench(PathGraph graph, int runs, string part)
{
    private const int Shown = 1000;     // as of the API, when nobody says otherwise
    private const int Sample = 16;

    public static int Run(string[] args)
    {
        using var store = MapStore.OpenForQueries(args[0]);
        var site = ConfigurationFile.Read("", System.Text.Encoding.UTF8.GetBytes(store.Configuration!)).Configuration!;
        var bench = new AskBench(PathGraph.Of(new MapSnapshot(store.View(), site.ToMapSettings())),
            args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 7, args.Length > 2 ? args[2] : "");
        bench.Reach("10.0.0.77", Timestamp.Beginning);
        bench.Reach("10.1.33.7", Timestamp.Beginning);
        bench.Reach("10.0.200.9", new(1_769_000_000_000_000_000));
        bench.Reach("10.32.0.9", Timestamp.Beginning);
        bench.Exposed("10.32.1.7");
        foreach (var (from, to) in new[] { ("10.0.0.77", "10.32.1.7"), ("kind:it", "kind:ot"), ("10.2.3.4", "kind:metering") })
        {
            bench.Paths(from, to, hops: 8, witnessed: false);
            bench.Paths(from, to, hops: 8, witnessed: true);
            bench.Paths(from, to, hops: 4, witnessed: false);
            bench.Cut(from, to, CutUnit.Conduits);
            bench.Cut(from, to, CutUnit.Assets);
            bench.Choke(from, to);
        }

        return 0;
    }

    private void Reach(string from, Timestamp since) => Row($"reach {from} since {since.ToUnixText()[..5]}", () =>
        Said(ReachQuery.Run(graph, Chosen(from), new() { Since = since, Bounds = new() { MaxResults = Shown } })));

    private void Exposed(string to) =>
        Row($"exposed {to}", () => Said(ExposedQuery.Run(graph, Chosen(to), new() { Bounds = new() { MaxResults = Shown } })));

    private void Paths(string from, string to, int hops, bool witnessed) => Row($"paths {from} {to} in {hops}{(witnessed ? " witnessed" : "")}", () =>
    {
        var answer = new PathQuery { From = Chosen(from), To = Chosen(to), MaxHops = hops, WitnessedOnly = witnessed }.Run(graph);
        return $"{answer.Paths.Length} paths, costs {string.Join(' ', answer.Paths.Select(path => path.Cost))}, {answer.CutOff}";
    });

    private void Cut(string from, string to, CutUnit unit) => Row($"cut {unit.ToString().ToLowerInvariant()} {from} {to}", () =>
    {
        var answer = new CutQuery { From = Chosen(from), To = Chosen(to), Unit = unit }.Run(graph);
        return $"{answer.Cut.Length} cut, {answer.Alternatives.Length} ways, proven: {answer.IsProven}";
    });

    private void Choke(string from, string to) => Row($"choke {from} {to}", () =>
    {
        var answer = new ChokeQuery { From = Chosen(from), To = Chosen(to), Sample = Sample }.Run(graph);
        return $"{answer.Points.Length} points, {answer.Reached} reached, worst severs {(answer.Points.IsEmpty ? 0 : answer.Points[0].Severs)}";
    });

    private ImmutableArray<int> Chosen(string text) =>
        Selector.TryParse(text, out var selector, out _) && selector.TrySelect(graph.Map, out var chosen, out var problem)
            ? chosen
            : throw new InvalidOperationException($"{text}: nothing there");

    private static string Said(TimedAnswer answer)
    {
        using (answer) return $"{answer.Rows.Length} rows, {answer.Rows.Sum(row => row.Hops().Length)} hops, {answer.CutOff}";
    }

    private void Row(string question, Func<string> answer)
    {
        if (!question.Contains(part, StringComparison.Ordinal)) return;
        var (note, clock, processor) = (answer(), new double[runs], new double[runs]);
        for (var run = 0; run < runs; run++)
        {
            var (begin, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            note = answer();
            (clock[run], processor[run]) =
                (Stopwatch.GetElapsedTime(begin).TotalMilliseconds, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
        }

        Array.Sort(clock);
        Array.Sort(processor);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{question,-44} {clock[runs / 2],6:F0} ms (best {clock[0]:F0}), processor {processor[runs / 2],5:F0} ms (best {processor[0]:F0}): {note}"));
    }
}
