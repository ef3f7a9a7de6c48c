using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ExposureMap.Bench.Captures;

/// <summary>A program that captures on <see cref="LiveNetwork.Mirror"/> until it is told to stop, and then says on standard error what it got and lost.</summary>
/// <param name="Ready">What it writes when it listens.</param>
/// <param name="Got">Matches the count of frames that it captured.</param>
/// <param name="Lost">Matches the count of frames that it knows it lost.</param>
internal sealed partial record LiveReceiver(string Name, string[] Command, string Ready, Regex Got, Regex Lost)
{
    private const int Terminate = 15;                          // signal.h
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);
    private const int GlancesAtMost = 300;

    public static LiveReceiver Tcpdump { get; } = new(
        "tcpdump -w", ["tcpdump", "-i", LiveNetwork.Mirror, "-B", "65536", "-w", "/dev/null"], "listening on", Captured(), DroppedByKernel());

    public static LiveReceiver Ours(string program) => new(
        "exposuremap run", [program, "run", "-i", LiveNetwork.Mirror, "--map", "live.db"], "is live", Frames(), Dropped());

    /// <summary>What one run got, what it said it lost, and the processor time it took from the first frame until it was done with them.</summary>
    public (long Got, long Lost, double Processor, double Rate) Run(LiveNetwork network, string capture, double rate, long frames, string folder)
    {
        using var process = network.Start(Command, folder);
        _ = process.StandardOutput.ReadToEndAsync();
        var said = Listen(process);
        Until(() => Text(said).Contains(Ready, StringComparison.Ordinal), process);
        var before = UntilIdle(process);
        var reached = network.Send(capture, rate, frames, folder);
        var took = UntilIdle(process) - before;
        if (Kill(process.Id, Terminate) != 0) throw new InvalidOperationException($"{Name} cannot be stopped");
        process.WaitForExit();
        return (Count(Got, Text(said)), Count(Lost, Text(said)), took.TotalSeconds, reached);
    }

    private static List<string> Listen(Process process)
    {
        var said = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said) said.Add(line.Data ?? "");
        };
        process.BeginErrorReadLine();
        return said;
    }

    private static string Text(List<string> said)
    {
        lock (said) return string.Join('\n', said);
    }

    private void Until(Func<bool> isSo, Process process)
    {
        for (var left = GlancesAtMost; !isSo(); left--)
        {
            if (left == 0 || process.HasExited) throw new InvalidOperationException($"{Name} does not capture, or comes to no rest");
            Thread.Sleep(Glance);
        }
    }

    /// <summary>Waits until nothing is left to do for it, and gives the processor time it took until then.</summary>
    private TimeSpan UntilIdle(Process process)
    {
        var (known, quiet) = (TimeSpan.Zero, 0);
        Until(IsIdle, process);
        return known;

        // the service looks for news once a second: only then is it done
        bool IsIdle()
        {
            process.Refresh();
            var now = process.TotalProcessorTime;
            quiet = now - known < Glance / 5 ? quiet + 1 : 0;
            known = now;
            return quiet > TimeSpan.FromSeconds(1) / Glance;
        }
    }

    private long Count(Regex pattern, string said) => pattern.Match(said) is { Success: true } match
        ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"{Name} did not tell what it captured: {said}");

    [GeneratedRegex(@"(\d+) packets captured")]
    private static partial Regex Captured();

    [GeneratedRegex(@"(\d+) packets dropped by kernel")]
    private static partial Regex DroppedByKernel();

    [GeneratedRegex(@"Stopped: (\d+) frames read")]
    private static partial Regex Frames();

    [GeneratedRegex(@"Stopped: \d+ frames read, (\d+) lost")]
    private static partial Regex Dropped();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
