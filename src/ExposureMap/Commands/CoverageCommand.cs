using System.CommandLine;
using System.Text.Json;
using ExposureMap.Api;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
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
        var remote = new RemoteQuery();
        var format = CommonOptions.Format();
        var command =
            new Command("coverage",
                "What was watched: each capture with its loss, and for each pair of segments how much was seen in both directions, and where frames were lost.") { from, to };
        options.AddTo(command);
        remote.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            if (remote.IsAsked(parsed))
                return remote.Run(parsed, "coverage", CommonOptions.FormatOf(parsed, format),
                    [("from", parsed.GetValue(from)), ("to", parsed.GetValue(to))], stop, PrintCaptures);
            using var loaded = options.Load(parsed, stop);
            var rows = SegmentPairCoverage.Of(loaded.Map, Selected(parsed.GetValue(from), "--from", loaded.Map),
                Selected(parsed.GetValue(to), "--to", loaded.Map));
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

    private static HashSet<int>? Selected(string? text, string option, MapSnapshot map) =>
        text is null ? null : [.. QueryOptions.Select(text, option, map)];

    private static void PrintCaptures(MapSnapshot map)
    {
        foreach (var one in map.Record.Coverage.Values)
            Print(one.Capture, one.Frames, one.First, one.Last, one.Dropped, one.MissedOctets, one.Problem);
    }

    /// <summary>The same of a service's answer.</summary>
    private static void PrintCaptures(JsonElement summary)
    {
        foreach (var one in summary.GetProperty("coverage").EnumerateArray())
            Print(one.GetProperty("capture").GetString()!, one.GetProperty("frames").GetInt64(), Time(one, "first"), Time(one, "last"),
                one.GetProperty("dropped").GetInt64(), one.GetProperty("missed_bytes").GetInt64(), one.GetProperty("problem").GetString());

        static Timestamp Time(JsonElement one, string name) =>
            QueryTime.TryParse(one.GetProperty(name).GetRawText(), Timestamp.Never, out var time) ? time : Timestamp.Never;
    }

    private static void Print(string capture, long frames, Timestamp first, Timestamp last, long dropped, long missed, string? problem) =>
        Console.WriteLine(
            $"{capture}: {frames} frames from {first} to {last}, {dropped} dropped, {missed} octets acknowledged but not captured{(problem is null ? "" : "; " + problem)}");
}
