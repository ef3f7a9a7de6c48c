using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// <c>graphs</c>: every search of <c>ExposureMap.Graph.Paths</c> on generated graphs, medians of several runs, peers on the same edges beside it.
/// Times are processor time, user and system: all searches, ours and the peers', are single-threaded, and a busy machine does not distort them.
/// </summary>
internal sealed class GraphBench(SampleGraph sample, int runs)
{
    private readonly List<(string Question, double Milliseconds, string Note)> _rows = [];
    private readonly int[] _office = sample.Zone(0);
    private readonly int[] _control = sample.Zone(SampleGraph.Ot);

    public static int Run(string[] args)
    {
        var runs = Array.IndexOf(args, "--runs") is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 5;
        foreach (var size in args.Where(arg => arg is "100k" or "1m" or "10m").DefaultIfEmpty("100k"))
        {
            var sample = SampleGraph.Of(size);
            if (args.Contains("--shuffle")) sample.Shuffle();
            if (args.Contains("--order")) sample.Order();
            var bench = new GraphBench(sample, runs);
            bench.Measure();
            var peers = args.Contains("--peers") ? PeerRun.Of(sample) : [];
            bench.Print(peers);
        }

        return 0;
    }

    /// <summary>The hosts of the smaller questions: fifty of the offices, twenty of the control networks, evenly spread.</summary>
    public static int[] Spread(int[] zone, int count) =>
        [.. Enumerable.Range(0, count).Select(index => zone[(int)((long)index * zone.Length / count)])];

    private void Measure()
    {
        var before = GC.GetTotalMemory(true);
        var begin = Processor();
        var graph = sample.Build();
        var built = Processor() - begin;
        var octets = GC.GetTotalMemory(true) - before;
        Row("build", built, $"{(double)octets / graph.EdgeCount:F1} octets/edge");
        Searches(graph);
        Cuts(graph);
        Live(graph);
        Times(graph);
    }

    private void Searches(ReachGraph graph)
    {
        Row("reach", () =>
        {
            using var reach = Reach.Forward(graph, _office);
            return $"{reach.Count} reached, {reach.LevelCount - 1} hops";
        });
        Row("reach backward", () =>
        {
            using var reach = Reach.Backward(graph, [_control[0]]);
            return $"{reach.Count} reach it";
        });
        Row("cheapest", () =>
        {
            using var paths = CheapestPaths.Forward(graph, _office);
            return $"farthest control host costs {_control.Max(paths.CostTo)}";
        });
        Row("components", () => $"{StrongComponents.In(graph).Count}");
        Row("dominators", () =>
        {
            var dominators = Dominators.From(graph, _office);
            return $"{_control.Count(vertex => dominators.ImmediateOf(vertex) is not null)} control hosts have one";
        });
        Row("10 paths", () => Costs(KCheapestPaths.Between(graph, [_office[^1]], [_control[^1]], 10)));
        Row("100 paths", () => Costs(KCheapestPaths.Between(graph, [_office[^1]], [_control[^1]], 100)));
        Row("10 paths, all IT to all OT", () => Costs(KCheapestPaths.Between(graph, _office, _control, 10)));
        Row("betweenness, 10 sources", () =>
        {
            var between = Betweenness.Between(graph, _office, _control, 10);
            return $"most passed: {between.Of.ToArray().Max():F0} pairs";
        });
    }

    private void Cuts(ReachGraph graph)
    {
        var (few, targets) = (Spread(_office, 50), Spread(_control, 20));
        Row("cut", () => Cut(MinimumCut.OfEdges(graph, few, targets)));
        Row("cut of vertices", () => Cut(MinimumCut.OfVertices(graph, few, targets)));
        Row("cut, all IT from all OT", () => Cut(MinimumCut.OfEdges(graph, _office, _control)));
    }

    /// <summary>A tenth of the edges comes while the others are there.</summary>
    private void Live(ReachGraph graph)
    {
        var order = Enumerable.Range(0, graph.EdgeCount).ToArray();
        new Random(1).Shuffle(order);
        var ends = Array.ConvertAll(order, edge => graph.Ends()[edge]);
        var (from, to, known) =
            (Array.ConvertAll(ends, edge => edge.From), Array.ConvertAll(ends, edge => edge.To), order.Length - order.Length / 10);
        var live = new LiveReach(ReachGraph.Build(graph.VertexCount, from.AsSpan(0, known), to.AsSpan(0, known), new byte[known]),
            Direction.Forward, _office);
        var begin = Processor();
        for (var edge = known; edge < order.Length; edge++) live.AddEdge(from[edge], to[edge]);
        var took = Processor() - begin;
        Row("live inserts, random order", took, $"{(order.Length - known) / took / 1e3:F1} million/s");
    }

    private void Times(ReachGraph graph)
    {
        const int Contacts = 10_000_000;
        var begin = Processor();
        var log = sample.Contacts(Contacts);
        Row("10 million contacts packed", Processor() - begin,
            $"{(double)log.Octets / Contacts:F2} octets/contact, {(double)log.StartOctets / Contacts:F2} of them start");
        Row("earliest arrival, one host", () => Arrivals(graph, log, [_office[^1]]));
        Row("earliest arrival, all IT", () => Arrivals(graph, log, _office));
        Row("latest departure, one host", () =>
        {
            var found = LatestDeparture.To(graph, log, [_control[0]], new());
            return $"{Enumerable.Range(0, graph.VertexCount).Count(found.Contains)} could have entered";
        });
    }

    private static string Arrivals(ReachGraph graph, ContactLog log, int[] from)
    {
        var found = EarliestArrival.From(graph, log, from, new());
        return $"{Enumerable.Range(0, graph.VertexCount).Count(found.Contains)} reached";
    }

    private static string Costs(KCheapestPaths found) => $"costs {found.Paths[0].Cost} to {found.Paths[^1].Cost}";

    private static string Cut(MinimumCut cut) => cut.IsPossible ? $"{cut.Cost}, {cut.Alternatives.Length} cuts known" : "impossible";

    private static double Processor() => Environment.CpuUsage.TotalTime.TotalMilliseconds;

    private void Row(string question, Func<string> answer)
    {
        var note = answer();        // warms up
        var times = new double[runs];
        for (var run = 0; run < runs; run++)
        {
            var begin = Processor();
            note = answer();
            times[run] = Processor() - begin;
        }

        Array.Sort(times);
        Row(question, times[runs / 2], note);
    }

    private void Row(string question, double milliseconds, string note)
    {
        _rows.Add((question, milliseconds, note));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sample.Name} {question}: {milliseconds:F1} ms ({note})"));
    }

    private void Print(IReadOnlyDictionary<(string Peer, string Question), double> peers)
    {
        var names = peers.Keys.Select(key => key.Peer).Distinct().Order(StringComparer.Ordinal).ToArray();
        Console.WriteLine();
        Console.WriteLine($"| {sample.Name} | CPU ms | {string.Concat(names.Select(name => $"{name} ms | times ours | "))}answer |");
        Console.WriteLine($"| --- | ---: | {string.Concat(names.Select(_ => "---: | ---: | "))}--- |");
        foreach (var (question, milliseconds, note) in _rows)
        {
            var beside = names.Select(name => peers.TryGetValue((name, question), out var theirs)
                ? string.Create(CultureInfo.InvariantCulture, $"{theirs:F0} | {theirs / milliseconds:F1} | ")
                : " | | ");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {question} | {milliseconds:F1} | {string.Concat(beside)}{note} |"));
        }

        foreach (var name in names)
            if (peers.TryGetValue((name, "octets/edge"), out var octets))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} holds {octets:F1} octets/edge"));
    }
}
