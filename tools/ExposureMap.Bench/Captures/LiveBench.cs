using System.Globalization;

namespace ExposureMap.Bench.Captures;

/// <summary>
/// <c>capture live</c>: the service beside tcpdump on a pair of joined interfaces in a network of its own. Finds the highest rate at which tcpdump
/// loses nothing, has the service capture at it, then a burst of twice that rate, and then on two interfaces at once. The sender takes one of the
/// processors: on two, rates are lower than they would be.
/// </summary>
internal static class LiveBench
{
    private const int Seconds = 10;
    private static readonly double[] Rates = [25_000, 50_000, 100_000, 200_000, 300_000, 400_000, 600_000, 800_000];

    public static void Run(string program, string folder)
    {
        string[] captures = [Path.Combine(folder, "small-3000000.pcap"), Path.Combine(folder, "other-3000000.pcap")];
        for (var index = 0; index < captures.Length; index++)
            if (!File.Exists(captures[index]))
                CaptureSample.Write(captures[index], "small", 3_000_000, seed: 2026 + (ulong)index);
        using var network = new LiveNetwork(Path.Combine(folder, "send"));
        Console.WriteLine("| program | asked frames/s | sent frames/s | sent | got | said to be lost | not accounted | us CPU/frame |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");

        var free = 0.0;
        foreach (var rate in Rates)
        {
            if (!Measure(LiveReceiver.Tcpdump, rate, Seconds)) break;
            free = rate;
        }

        var ours = LiveReceiver.Ours(program);
        foreach (var rate in Rates.Where(rate => rate <= free)) Measure(ours, rate, Seconds);
        if (free > 0) Measure(ours, 2 * free, seconds: 1);
        var both = LiveReceiver.OursOnAll(program);
        foreach (var rate in Rates.Where(rate => rate <= free)) Measure(both, rate, Seconds);

        // true when nothing was lost and the rate was reached
        bool Measure(LiveReceiver receiver, double rate, int seconds)
        {
            var frames = Math.Min((long)rate * seconds, 3_000_000);
            var own = Directory.CreateDirectory(Path.Combine(folder, "live"));
            var (got, lost, processor, reached) = receiver.Run(network, captures, rate, frames, own.FullName);
            own.Delete(recursive: true);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {receiver.Name} | {rate:N0} | {reached:N0} | {frames:N0} | {got:N0} | {lost:N0} | {frames - got - lost:N0} | {processor / frames * 1e6:F2} |"));
            return got == frames && lost == 0 && reached > 0.9 * rate;
        }
    }
}
