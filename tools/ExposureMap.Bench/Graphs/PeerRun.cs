using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// Runs <c>tools/bench/graph_peers.py</c> on the same edges: python-igraph always, networkx up to a million edges. A peer that is not installed is
/// left out.
/// </summary>
internal static class PeerRun
{
    private const int NetworkxLimit = 1_000_000;

    public static Dictionary<(string Peer, string Question), double> Of(SampleGraph sample)
    {
        var results = new Dictionary<(string, string), double>();
        var folder = Directory.CreateTempSubdirectory("exposuremap-bench-");
        try
        {
            Write(sample, folder.FullName);
            foreach (var peer in (string[])(sample.From.Length <= NetworkxLimit ? ["igraph", "networkx"] : ["igraph"]))
                foreach (var (question, value) in Ask(peer, folder.FullName)) results[(peer, question)] = value;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return results;
    }

    private static void Write(SampleGraph sample, string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "from"), MemoryMarshal.AsBytes(sample.From));
        File.WriteAllBytes(Path.Combine(folder, "to"), MemoryMarshal.AsBytes(sample.To));
        File.WriteAllBytes(Path.Combine(folder, "cost"), sample.Cost);
        var (office, control) = (sample.Zone(0), sample.Zone(SampleGraph.Ot));
        File.WriteAllLines(Path.Combine(folder, "sets"),
        [
            $"{sample.Vertices}", List(office), $"{office[^1]}", $"{control[^1]}", List(GraphBench.Spread(office, 50)),
            List(GraphBench.Spread(control, 20)),
        ]);
    }

    private static string List(int[] vertices) => string.Join(' ', vertices);

    private static List<(string Question, double Value)> Ask(string peer, string folder)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "graph_peers.py");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, peer, folder]) { RedirectStandardOutput = true })!;
        var rows = new List<(string, double)>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var cut = line.LastIndexOf(' ');
            rows.Add((line[..cut], double.Parse(line[(cut + 1)..], CultureInfo.InvariantCulture)));
            Console.Error.WriteLine($"{peer} {line}");
        }

        process.WaitForExit();
        return rows;
    }
}
