using System.Collections.Immutable;
using System.CommandLine;
using ExposureMap.Graph.Map;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap coverage</c></summary>
internal static class CoverageCommand
{
    public static Command Create()
    {
        var from = new Option<string?>("--from") { Description = "only conduits from here", HelpName = "SEL" };
        var to = new Option<string?>("--to") { Description = "only conduits to here", HelpName = "SEL" };
        var options = new MapOptions();
        var format = CommonOptions.Format();
        var command = new Command("coverage", "What was watched: each capture with its loss, and for each pair of segments how much was seen in both directions, and where frames were lost.") { from, to };
        options.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            using var loaded = options.Load(parsed, stop);
            var rows = PairsOf(loaded.Map, Selected(parsed.GetValue(from), "--from", loaded.Map), Selected(parsed.GetValue(to), "--to", loaded.Map));
            var chosen = CommonOptions.FormatOf(parsed, format);
            if (chosen == RowFormat.Table) PrintCaptures(loaded.Map);
            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            using var writer = new RowWriter<SegmentPairCoverage>(output, chosen, "pairs", SegmentPairCoverage.Columns);
            foreach (var row in rows) writer.Write(row);
            writer.End(json => Coverage.WriteComplete(json, loaded.Map));
            return Task.FromResult(loaded.ExitCode);
        });
        return command;
    }

    private static HashSet<int>? Selected(string? text, string option, MapSnapshot map) => text is null ? null : [.. QueryOptions.Select(text, option, map)];

    private static void PrintCaptures(MapSnapshot map)
    {
        foreach (var one in map.Record.Coverage.Values)
        {
            Console.WriteLine($"{one.Capture}: {one.Frames} frames from {one.First} to {one.Last}, {one.Dropped} dropped, {one.MissedOctets} octets acknowledged but not captured{(one.Problem is null ? "" : "; " + one.Problem)}");
        }
    }

    private static IEnumerable<SegmentPairCoverage> PairsOf(MapSnapshot map, HashSet<int>? from, HashSet<int>? to) => map.Conduits
        .Where(conduit => conduit.To >= 0 && (from?.Contains(conduit.From) ?? true) && (to?.Contains(conduit.To) ?? true))
        .GroupBy(conduit => (From: conduit.FromSegment.Name, To: conduit.ToSegment.Name))
        .OrderBy(pair => pair.Key.From, StringComparer.Ordinal).ThenBy(pair => pair.Key.To, StringComparer.Ordinal)
        .Select(pair => new SegmentPairCoverage(
            pair.Key.From, pair.Key.To, pair.Count(), pair.Count(conduit => conduit.Data.HasGaps != 0),
            pair.Sum(conduit => conduit.Conversations), pair.Sum(conduit => (long)conduit.Data.OneWay + conduit.Data.Attempted),
            pair.Min(conduit => conduit.FirstSeen), pair.Max(conduit => conduit.LastSeen)));
}
