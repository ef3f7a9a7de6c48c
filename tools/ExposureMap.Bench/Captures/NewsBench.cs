using System.Globalization;

namespace ExposureMap.Bench.Captures;

/// <summary>
/// <c>capture news</c>: how long after its last frame was sent the service tells the last critical finding of a site, in a network of its own. Two
/// seconds are promised. (Others may come later: that nobody answered is known only after a while.)
/// </summary>
internal static class NewsBench
{
    private const int Rate = 50_000;
    private const int Frames = 18_747;

    public static void Run(string program, string folder, int runs)
    {
        var site = Path.Combine(Directory.GetCurrentDirectory(), "graphs", "utility-under-attack");
        if (!Directory.Exists(site)) throw new InvalidOperationException($"{site} is missing: run this in the project's folder");
        using var network = new LiveNetwork(Path.Combine(folder, "send"));
        var waits = new double[runs];
        for (var run = 0; run < runs; run++) waits[run] = Wait(network, program, site, folder).TotalSeconds;
        Array.Sort(waits);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"last critical finding after the last frame, {runs} runs: {waits[0]:F2} to {waits[^1]:F2} s, median {waits[runs / 2]:F2} s"));
    }

    private static TimeSpan Wait(LiveNetwork network, string program, string site, string folder)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, "live"));
        try
        {
            using var service = LiveReceiver.Ours(program, "--config", Path.Combine(site, "exposuremap.yaml")).Start(network, own.FullName);
            network.Send(LiveNetwork.Probes[0], Path.Combine(site, "traffic.pcap"), Rate, Frames, own.FullName);
            var ended = TimeProvider.System.GetTimestamp();
            service.UntilIdle();
            if (service.LastSaid("New finding, critical") is not { } told)
                throw new InvalidOperationException("the service told no critical finding");
            return TimeProvider.System.GetElapsedTime(ended, told);
        }
        finally
        {
            own.Delete(recursive: true);
        }
    }
}
