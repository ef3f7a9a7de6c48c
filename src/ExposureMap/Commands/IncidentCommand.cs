using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ExposureMap.Api;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap incident --patient-zero SEL --since TIME -o DIR</c></summary>
internal static class IncidentCommand
{
    /// <summary>More ways in one picture show nothing.</summary>
    private const int WaysDrawn = 4;

    private static readonly Option<string> PatientZero =
        new("--patient-zero") { Description = "the machine the intruder was found on (a selector)", HelpName = "SEL", Required = true };
    private static readonly Option<string> Since =
        new("--since") { Description = "since when (ISO 8601, or seconds since 1970 UTC)", HelpName = "TIME", Required = true };
    private static readonly Option<string?> Until =
        new("--until") { Description = "until when; the end of the capture otherwise", HelpName = "TIME" };
    private static readonly Option<string> Target =
        new("-o", "--output") { Description = "where the report and its data are written", HelpName = "DIR", Required = true };

    private static readonly ImmutableArray<Column<IncidentEvent>> TimelineColumns =
    [
        Column.Time<IncidentEvent>("at", one => one.At),
        Column.Word<IncidentEvent>("kind", one => one.Kind.ToString().ToLowerInvariant()),
        Column.Word<IncidentEvent>("certainty", one => PathColumns.CertaintyWord(one.Certainty)),
        Column.Word<IncidentEvent>("text", one => one.Text),
        Column.Evidence<IncidentEvent>("evidence", one => one.Evidence),
    ];

    public static Command Create()
    {
        var options = new MapOptions();
        var query = new QueryOptions();
        var command =
            new Command("incident",
                "The incident report: what was reached from one machine, for certain or possibly, what was done there, what to cut. One page to print, and its data.") { PatientZero, Since, Until, Target };
        query.AddScopeTo(command);
        options.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            using var loaded = options.Load(parsed, stop);
            var patients = QueryOptions.Select(parsed.GetValue(PatientZero)!, PatientZero.Name, loaded.Map);
            if (patients.IsEmpty) throw new InputException($"--patient-zero {parsed.GetValue(PatientZero)} selects no asset");
            if (!QueryTime.TryParse(parsed.GetValue(Since), Timestamp.Beginning, out var since)
                || !QueryTime.TryParse(parsed.GetValue(Until), Timestamp.Never, out var until))
                throw new UsageException("--since and --until: write seconds since 1970 UTC, or ISO 8601 such as 2026-03-02T07:10:00Z");
            if (until < since) throw new UsageException($"--until {parsed.GetValue(Until)} lies before --since {parsed.GetValue(Since)}");
            var incident = new Incident(query.GraphOf(loaded, parsed), patients, since, until, stop);
            await Write(parsed.GetValue(Target)!, incident, stop).ConfigureAwait(false);
            return loaded.ExitCode;
        });
        return command;
    }

    private static async Task Write(string folder, Incident incident, CancellationToken stop)
    {
        try
        {
            Directory.CreateDirectory(folder);
            WriteRows(folder, "reached", TimedColumns.Reach, incident.Reach.Rows, incident);
            WriteRows(folder, "timeline", TimelineColumns, incident.Timeline, incident);
            WriteRows(folder, "cut", CutOutput.Columns(incident.Cut.Unit),
                [CutRow.Of(incident.Cut, incident.Map, FirewallDialect.Nftables)], incident);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {folder}: {unwritable.Message}");
        }

        var picture = await Draw(folder, incident, stop).ConfigureAwait(false);
        var page = new StringWriter(CultureInfo.InvariantCulture);
        new IncidentPage(page, incident).Write(picture);
        OutputFile.Write(Path.Combine(folder, "report.html"), page.ToString());
        Console.Error.WriteLine(
            $"exposuremap: {Path.Combine(folder, "report.html")} written, with reached, timeline and cut as JSON and CSV{(picture.Length > 0 ? ", and the ways as DOT and SVG" : "")}");
    }

    private static void WriteRows<T>(string folder, string name, ImmutableArray<Column<T>> columns, IEnumerable<T> rows, Incident incident)
    {
        var all = rows.ToList();
        foreach (var (format, extension) in new[] { (RowFormat.Json, ".json"), (RowFormat.Csv, ".csv") })
        {
            using var file = new BufferedStream(File.Create(Path.Combine(folder, name + extension)));
            using var writer = new RowWriter<T>(file, format, name, columns);
            foreach (var row in all) writer.Write(row);
            writer.End(json => Coverage.WriteComplete(json, incident.Map));
        }
    }

    /// <summary>The earliest ways to the jewels that something was done to; without those, to any.</summary>
    private static async Task<string> Draw(string folder, Incident incident, CancellationToken stop)
    {
        var ways = incident.Jewels.OrderByDescending(jewel => jewel.Harm is not null).DistinctBy(jewel => jewel.Asset.Segment.Name).Take(WaysDrawn)
            .Select(jewel => jewel.Earliest.Hops()).ToImmutableArray();
        if (ways.IsEmpty) return "";
        var dot = new StringWriter(CultureInfo.InvariantCulture);
        DotWriter.Write(dot, incident.Map, new DiagramOptions { Title = "The earliest ways", Scope = DiagramScope.Paths, Paths = ways });
        OutputFile.Write(Path.Combine(folder, "ways.dot"), dot.ToString());
        try
        {
            var svg = await GraphViz.ToSvg(dot.ToString(), stop).ConfigureAwait(false);
            OutputFile.Write(Path.Combine(folder, "ways.svg"), svg);
            return svg[Math.Max(0, svg.IndexOf("<svg", StringComparison.Ordinal))..];
        }
        catch (InputException missing)
        {
            Console.Error.WriteLine($"exposuremap: {missing.Message}");
            return "";
        }
    }
}
