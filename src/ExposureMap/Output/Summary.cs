using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;
using ExposureMap.Ingest;

namespace ExposureMap.Output;

/// <summary>The lines that open a report for people: what was read, what was seen.</summary>
internal static class Summary
{
    public static void Print(MapSnapshot map, MapReading reading)
    {
        var counters = reading.Counters;
        var (first, last) = map.Watched;
        Line($"{counters.Received:N0} frames, {counters.Octets / 1048576.0:N1} MiB, {counters.Conversations:N0} conversations; {counters.Duplicates:N0} frames were a mirror's copies");
        if (!first.IsNever) Line($"watched from {first} to {last}");
        var unread = counters.Truncated + counters.UnknownLink + counters.TooDeep + counters.FragmentsLost;
        if (unread > 0)
            Line($"not read: {counters.Truncated:N0} cut short, {counters.UnknownLink:N0} of unknown link types, {counters.TooDeep:N0} nested too deep, {counters.FragmentsLost:N0} fragments without the rest");
        if (counters.Collapsed + counters.GivenUp + counters.Unplaced > 0)
            Line($"too much at once: {counters.Collapsed:N0} attempts of {counters.Scanners:N0} scanners were counted together, {counters.GivenUp:N0} unanswered conversations were given up, {counters.Unplaced:N0} frames found no place");
        if (counters.Spared > 0) Line($"memory was short: {counters.Spared:N0} unanswered conversations are not in the map ('memory' in the configuration raises the limit)");
        var byKind = Enumerable.Range(0, map.Assets.Length).CountBy(map.KindOf).OrderBy(kind => kind.Key).Select(kind => $"{kind.Value:N0} {kind.Key.Word()}");
        Line($"{map.Assets.Length:N0} assets ({string.Join(", ", byKind)}), {map.Conduits.Count():N0} conduits");
        if (map.Settings.Segments.Segments.IsEmpty) Line($"no segments are declared: {map.Segments.Segments.Length} were inferred ('exposuremap segments' shows them with their witnesses)");
        Console.WriteLine();
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
