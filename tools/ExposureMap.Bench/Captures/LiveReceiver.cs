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
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public static LiveReceiver Tcpdump { get; } = new(
        "tcpdump -w", ["tcpdump", "-i", LiveNetwork.Mirror, "-B", "65536", "-w", "/dev/null"], "listening on", Captured(), DroppedByKernel());

    public static LiveReceiver Ours(string program) => new(
        "exposuremap run", [program, "run", "-i", LiveNetwork.Mirror, "--map", "live.db"], "is live", Frames(), Dropped());

    /// <summary>What one run got, what it said it lost, and the processor time it took while frames came.</summary>
    public (long Got, long Lost, double Processor, double Rate) Run(LiveNetwork network, string capture, double rate, long frames, string folder)
    {
        using var process = network.Start(Command, folder);
        _ = process.StandardOutput.ReadToEndAsync();
        var said = Listen(process);
        Until(() => Text(said).Contains(Ready, StringComparison.Ordinal), process);
        Thread.Sleep(Settling);
        var before = process.TotalProcessorTime;
        var reached = network.Send(capture, rate, frames, folder);
        Thread.Sleep(Settling);
        process.Refresh();
        var took = process.TotalProcessorTime - before;
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

    private void Until(Func<bool> isReady, Process process)
    {
        for (var left = 100; !isReady(); left--)
        {
            if (left == 0 || process.HasExited) throw new InvalidOperationException($"{Name} does not capture");
            Thread.Sleep(100);
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
