using System.Diagnostics;
using System.Globalization;

namespace ExposureMap.Bench.Captures;

/// <summary>What one run of a whole process cost: user and system time, peak resident memory, wall time.</summary>
internal readonly record struct Cost(double Processor, double MebiOctets, double Wall)
{
    /// <summary>Runs a command under <c>measure</c> (tools/bench/measure.c); null when the command failed.</summary>
    public static Cost? Of(string measure, IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo(measure, command) { RedirectStandardOutput = true })!;
        var words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        if (words is not [var processor, var kibi, var wall, "0"]) return null;
        return new(Number(processor) / 1e6, Number(kibi) / 1024, Number(wall) / 1e6);
    }

    /// <summary>The middle of each figure by itself.</summary>
    public static Cost Median(IReadOnlyCollection<Cost> costs) =>
        new(Middle(costs.Select(cost => cost.Processor)), Middle(costs.Select(cost => cost.MebiOctets)), Middle(costs.Select(cost => cost.Wall)));

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
