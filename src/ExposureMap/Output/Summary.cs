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
        var copies = counters.Duplicates == 0 ? "" : $"; {Count(counters.Duplicates, "frame was a mirror's copy", "frames were a mirror's copies")}";
        Line($"{Count(counters.Received, "frame", "frames")}, {Size(counters.Octets)}, {Count(counters.Conversations, "conversation", "conversations")}{copies}");
        if (!first.IsNever) Line($"watched from {first} to {last}");
        var unread = counters.Truncated + counters.UnknownLink + counters.TooDeep + counters.FragmentsLost;
        if (unread > 0)
            Line($"not read: {counters.Truncated:N0} cut short, {counters.UnknownLink:N0} of unknown link types, {counters.TooDeep:N0} nested too deep, {counters.FragmentsLost:N0} fragments without the rest");
        if (counters.Collapsed + counters.GivenUp + counters.Unplaced > 0)
            Line($"too much at once: {counters.Collapsed:N0} attempts of {counters.Scanners:N0} scanners were counted together, {counters.GivenUp:N0} unanswered conversations were given up, {counters.Unplaced:N0} frames found no place");
        if (counters.Spared > 0)
            Line($"memory was short: {counters.Spared:N0} unanswered conversations are not in the map ('memory' in the configuration raises the limit)");
        var byKind = Enumerable.Range(0, map.Assets.Length).CountBy(map.KindOf).OrderBy(kind => kind.Key)
            .Select(kind => $"{kind.Value:N0} {kind.Key.Word()}");
        var kinds = map.Assets.Length == 0 ? "" : $" ({string.Join(", ", byKind)})";
        Line($"{Count(map.Assets.Length, "asset", "assets")}{kinds}, {Count(map.Conduits.Count(), "conduit", "conduits")}");
        if (map.Settings.Segments.Segments.IsEmpty && !map.Segments.Segments.IsEmpty)
            Line($"no segments are declared: {Count(map.Segments.Segments.Length, "was", "were")} inferred ('exposuremap segments' shows them with their witnesses)");
        Console.WriteLine();
    }

    private static string Count(long count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    private static string Size(long octets) => octets < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{octets / 1024.0:N1} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{octets / 1048576.0:N1} MiB");

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
