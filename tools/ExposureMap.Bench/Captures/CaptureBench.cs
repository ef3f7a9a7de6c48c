using System.Diagnostics;
using System.Globalization;

namespace ExposureMap.Bench.Captures;

/// <summary>
/// <c>capture</c>: whole processes on generated captures, one after the other in rounds, medians, with the ratio to <c>exposuremap analyze</c>.
/// A program that is not installed is left out with a line that says so.
/// </summary>
internal sealed class CaptureBench(string folder, string program, int runs)
{
    private const string Ours = "exposuremap analyze";
    private readonly string _measure = Path.Combine(folder, "measure");
    private readonly string _ceiling = Path.Combine(folder, "ceiling");

    public static int Run(string[] args)
    {
        var program = Option(args, "--program") ?? "";
        if (!File.Exists(program))
        {
            Console.Error.WriteLine("--program PATH: the published exposuremap (tools/publish makes one)");
            return 2;
        }

        var folder = Option(args, "--folder") is { } kept ? Directory.CreateDirectory(kept) : Directory.CreateTempSubdirectory("exposuremap-bench-");
        try
        {
            var runs = int.Parse(Option(args, "--runs") ?? "5", CultureInfo.InvariantCulture);
            var bench = new CaptureBench(folder.FullName, program, runs);
            if (!bench.Compile()) return 2;
            var frames = long.Parse(Option(args, "--frames") ?? "3000000", CultureInfo.InvariantCulture);
            foreach (var kind in args.Where(arg => arg is "small" or "mixed" or "scan" or "thousand" or "live" or "news").DefaultIfEmpty("small"))
            {
                if (kind == "live") LiveBench.Run(program, folder.FullName);
                else if (kind == "news") NewsBench.Run(program, folder.FullName, runs);
                else bench.Measure(kind, frames, args.Contains("--alone"), args.Contains("--pipeline"));
            }
        }
        finally
        {
            if (Option(args, "--folder") is null) folder.Delete(recursive: true);
        }

        return 0;
    }

    private static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    private bool Compile()
    {
        foreach (var name in (string[])["measure", "ceiling", "send"])
        {
            try
            {
                using var compiler =
                    Process.Start("cc", ["-O2", "-o", Path.Combine(folder, name), Path.Combine(AppContext.BaseDirectory, name + ".c")]);
                compiler.WaitForExit();
                if (compiler.ExitCode != 0) return false;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Console.Error.WriteLine("no C compiler (cc): nothing can be measured");
                return false;
            }
        }

        return true;
    }

    private void Measure(string kind, long frames, bool alone, bool pipeline)
    {
        if (kind == "thousand") frames = 1000;
        var capture = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{kind}-{frames}.pcap"));
        if (!File.Exists(capture)) CaptureSample.Write(capture, kind == "thousand" ? "small" : kind, frames);
        if (pipeline)
        {
            PipelineRun.Measure(capture, frames);
            return;
        }

        var programs = Programs(capture).Where(one => !alone || one.Name is Ours or "tcpdump -w").Where(one => IsInstalled(one.Command[0])).ToArray();
        var costs = programs.ToDictionary(one => one.Name, _ => new List<Cost>(), StringComparer.Ordinal);
        for (var run = 0; run < runs; run++)
        {
            foreach (var (name, command, isSlow) in programs)
            {
                if (isSlow && run > 0) continue;
                if (Cost.Of(_measure, command) is { } cost) costs[name].Add(cost);
                else Console.Error.WriteLine($"{name} failed on {kind}");
            }
        }

        Print(kind, frames, new FileInfo(capture).Length, costs);
    }

    /// <summary>What is run, by its name in the table; slow ones once only.</summary>
    private (string Name, string[] Command, bool IsSlow)[] Programs(string capture) =>
    [
        (Ours, [program, "analyze", capture], false),
        ("tcpdump -w", ["tcpdump", "-r", capture, "-w", "/dev/null"], false),
        ("C ceiling", [_ceiling, capture], false),
        ("softflowd",
            ["softflowd", "-d", "-m", "6000000", "-p", Path.Combine(folder, "pid"), "-c", Path.Combine(folder, "control"), "-r", capture], true),
        ("nfpcapd", ["nfpcapd", "-r", capture, "-w", folder], true),
        ("ndpiReader", ["ndpiReader", "-q", "-i", capture], true),
        ("tshark -z conv,tcp", ["tshark", "-n", "-q", "-z", "conv,tcp", "-r", capture], true),
    ];

    private static bool IsInstalled(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal)) return true;
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
            .Any(place => File.Exists(Path.Combine(place, program)));
        if (!isThere) Console.Error.WriteLine($"{program} is not installed: left out");
        return isThere;
    }

    private static void Print(string kind, long frames, long octets, Dictionary<string, List<Cost>> costs)
    {
        var ours = Cost.Median(costs[Ours]);
        Console.WriteLine();
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"| {kind}: {frames:N0} frames, {octets / 1e6:N0} MB | CPU s | ns/frame | times ours | peak MiB | wall s | runs |"));
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (name, measured) in costs.Where(one => one.Value.Count > 0))
        {
            var cost = Cost.Median(measured);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {cost.Processor:F3} | {cost.Processor / frames * 1e9:F0} | {cost.Processor / ours.Processor:F2} | {cost.MebiOctets:F0} | {cost.Wall:F3} | {measured.Count} |"));
        }
    }
}
