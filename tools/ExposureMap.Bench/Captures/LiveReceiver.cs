using System.Globalization;
using System.Text.RegularExpressions;

namespace ExposureMap.Bench.Captures;

/// <summary>
/// A program that captures on the first of <see cref="LiveNetwork.Mirrors"/> until it is told to stop, and then says on standard error what it got
/// and lost.
/// </summary>
/// <param name="Ready">What it writes when it listens.</param>
/// <param name="Got">Matches the count of frames that it captured.</param>
/// <param name="Lost">Matches the count of frames that it knows it lost.</param>
internal sealed partial record LiveReceiver(string Name, string[] Command, string Ready, Regex Got, Regex Lost)
{
    public static LiveReceiver Tcpdump { get; } = new(
        "tcpdump -w", ["tcpdump", "-i", LiveNetwork.Mirrors[0], "-B", "65536", "-w", "/dev/null"], "listening on", Captured(), DroppedByKernel());

    public static LiveReceiver Ours(string program, params IEnumerable<string> options) => new(
        "exposuremap run", [program, "run", "-i", LiveNetwork.Mirrors[0], "--map", "live.db", .. options], "is live", Frames(), Dropped());

    /// <summary>On all interfaces at once.</summary>
    public static LiveReceiver OursOnAll(string program) =>
        Ours(program, LiveNetwork.Mirrors.Skip(1).SelectMany(mirror => (string[])["-i", mirror])) with
        {
            Name = $"exposuremap run, {LiveNetwork.Mirrors.Count} interfaces",
            Ready = $"{LiveNetwork.Mirrors[^1]} is live",
            Interfaces = LiveNetwork.Mirrors.Count,
        };

    /// <summary>On how many of the mirrors it captures.</summary>
    private int Interfaces { get; init; } = 1;

    /// <summary>What one run got, what it said it lost, and the processor time it took from the first frame until it was done with them.</summary>
    /// <param name="rate">Frames a second of all interfaces together.</param>
    public (long Got, long Lost, double Processor, double Rate) Run(LiveNetwork network, IEnumerable<string> captures, double rate,
        long frames, string folder)
    {
        using var running = Start(network, folder);
        var before = running.UntilIdle();
        var sending = LiveNetwork.Probes.Take(Interfaces)
            .Zip(captures, (probe, capture) => Task.Run(() => network.Send(probe, capture, rate / Interfaces, frames / Interfaces, folder)));
        var reached = Task.WhenAll(sending).GetAwaiter().GetResult().Sum();
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
