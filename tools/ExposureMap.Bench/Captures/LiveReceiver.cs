using System.Globalization;
using System.Text.RegularExpressions;

namespace ExposureMap.Bench.Captures;

/// <summary>A program that captures on <see cref="LiveNetwork.Mirror"/> until it is told to stop, and then says on standard error what it got and lost.</summary>
/// <param name="Ready">What it writes when it listens.</param>
/// <param name="Got">Matches the count of frames that it captured.</param>
/// <param name="Lost">Matches the count of frames that it knows it lost.</param>
internal sealed partial record LiveReceiver(string Name, string[] Command, string Ready, Regex Got, Regex Lost)
{
    public static LiveReceiver Tcpdump { get; } = new(
        "tcpdump -w", ["tcpdump", "-i", LiveNetwork.Mirror, "-B", "65536", "-w", "/dev/null"], "listening on", Captured(), DroppedByKernel());

    public static LiveReceiver Ours(string program, params IEnumerable<string> options) => new(
        "exposuremap run", [program, "run", "-i", LiveNetwork.Mirror, "--map", "live.db", .. options], "is live", Frames(), Dropped());

    /// <summary>What one run got, what it said it lost, and the processor time it took from the first frame until it was done with them.</summary>
    public (long Got, long Lost, double Processor, double Rate) Run(LiveNetwork network, string capture, double rate, long frames, string folder)
    {
        using var running = Start(network, folder);
        var before = running.UntilIdle();
        var reached = network.Send(capture, rate, frames, folder);
        var took = running.UntilIdle() - before;
        var said = running.Stop();
        return (Count(Got, said), Count(Lost, said), took.TotalSeconds, reached);
    }

    /// <summary>Starts it, and waits until it listens.</summary>
    public RunningReceiver Start(LiveNetwork network, string folder)
    {
        var running = new RunningReceiver(Name, network.Start(Command, folder));
        running.Until(() => running.LastSaid(Ready) is not null);
        return running;
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
}
