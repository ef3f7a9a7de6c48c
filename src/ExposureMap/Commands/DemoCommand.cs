using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ExposureMap.Configuration;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Ingest;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap demo</c>: the story of the built-in sample, and its diagrams.</summary>
internal static class DemoCommand
{
    private const string Capture = "traffic.pcap";
    private const string Site = "exposuremap.yaml";
    private const string PatientZero = "10.10.4.17";
    private const string Since = "2026-03-02T07:10:00Z";

    public static Command Create()
    {
        var target =
            new Option<string>("-o", "--output")
            {
                Description = "where the sample and its diagrams are written",
                HelpName = "DIR",
                DefaultValueFactory = _ => "exposuremap-demo"
            };
        var command =
            new Command("demo", "The whole story on the built-in sample: an intruder's way from an office to the meters of a utility.") { target };
        command.SetAction(async (parsed, stop) => await Run(parsed.GetValue(target)!, stop).ConfigureAwait(false));
        return command;
    }

    private static async Task<int> Run(string folder, CancellationToken stop)
    {
        Unpack(folder);
        var (capture, configuration) = (Path.Combine(folder, Capture), Path.Combine(folder, Site));
        var site = MapOptions.LoadSite(configuration);
        var live = new LiveMap();
        var reading = MapReading.Into(live, [capture], isKept: false, stop);
        var map = new MapSnapshot(live.Freeze(), site.ToMapSettings());
        var findings = site.FindingsOf(map, stop: stop);

        Console.WriteLine("A utility is under attack. One mirrored switch port saw it:");
        Summary.Print(map, reading);
        var ways = Tell(map, site, findings, stop);
        Console.WriteLine("Written:");
        foreach (var path in await Draw(folder, map, ways, findings, stop).ConfigureAwait(false)) Console.WriteLine($"  {path}");
        Console.WriteLine("Ask it yourself:");
        foreach (var question in Questions(capture, configuration)) Console.WriteLine($"  exposuremap {question}");
        return ExitCode.Done;
    }

    /// <returns>The hops of the intruder's two ways.</returns>
    private static ImmutableArray<ImmutableArray<Hop>> Tell(MapSnapshot map, SiteConfiguration site,
        ImmutableArray<Finding> findings, CancellationToken stop)
    {
        var graph = PathGraph.Of(map, new PathOptions { Costs = site.Costs });
        var patient = QueryOptions.Select(PatientZero, "SEL", map);
        var since = Timestamp.From(DateTimeOffset.Parse(Since, CultureInfo.InvariantCulture));
        Console.WriteLine($"At 07:10 an intruder sits on {map.Assets[patient[0]].Label} ({PatientZero}). How far could he have come, and when?");
        ImmutableArray<ImmutableArray<Hop>> ways =
        [
            Ask("kind:metering", Effect.Control, "to the meters, as it was used to switch them off"),
            Ask("kind:ot", Effect.Program, "to the controllers, as it was used to reprogram one"),
        ];
        var reach = ReachQuery.Run(graph, patient, new TimedOptions { Since = since }, stop);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"In all {reach.Rows.Length} machines lay in his reach, by conversations that follow each other in time.\n"));
        Console.WriteLine("What else is wrong, worst first:");
        foreach (var finding in findings.Where(finding => finding.Accepted is null))
            Console.WriteLine($"  {finding.Severity.Word(),-8} {finding.Rule.Id}  {finding.Title}");
        foreach (var finding in findings.Where(finding => finding.Accepted is not null))
            Console.WriteLine($"  accepted {finding.Rule.Id}  {finding.Title} ({finding.Accepted!.Because}, until {finding.Accepted.Until})");
        Console.WriteLine();

        return ways;

        ImmutableArray<Hop> Ask(string to, Effect grade, string words)
        {
            var query = new PathQuery
            {
                From = patient,
                To = QueryOptions.Select(to, "SEL", map),
                Grade = grade,
                Since = since,
                WitnessedOnly = true,
                Count = 1
            };
            ImmutableArray<Hop> hops = [.. query.Run(graph, stop).Paths.SelectMany(path => path.Hops)];
            Console.WriteLine($"The way {words}:");
            foreach (var hop in hops) Console.WriteLine("  " + HopLine.Of(hop));
            Console.WriteLine();
            return hops;
        }
    }

    private static async Task<List<string>> Draw(string folder, MapSnapshot map, ImmutableArray<ImmutableArray<Hop>> ways,
        ImmutableArray<Finding> findings, CancellationToken stop)
    {
        var written = new List<string>();
        foreach (var (name, drawing) in new[]
        {
            ("map", new DiagramOptions { Title = "A utility under attack", Paths = ways }),
            ("path", new DiagramOptions { Title = "The intruder's way to the meters and the controllers", Scope = DiagramScope.Paths, Paths = ways }),
        })
        {
            var dot = new StringWriter(CultureInfo.InvariantCulture);
            DotWriter.Write(dot, map, drawing);
            written.Add(Path.Combine(folder, name + ".dot"));
            await File.WriteAllTextAsync(written[^1], dot.ToString(), stop).ConfigureAwait(false);
            try
            {
                var svg = await GraphViz.ToSvg(dot.ToString(), stop).ConfigureAwait(false);
                written.Add(Path.Combine(folder, name + ".svg"));
                await File.WriteAllTextAsync(written[^1], svg, stop).ConfigureAwait(false);
            }
            catch (InputException missing)
            {
                Console.Error.WriteLine($"exposuremap: {missing.Message}");
            }
        }

        written.Add(Path.Combine(folder, "findings.json"));
        using var file = File.Create(written[^1]);
        using var writer = new RowWriter<Finding>(file, RowFormat.Json, "findings", FindingColumns.All);
        foreach (var finding in findings) writer.Write(finding);
        writer.End(json => Coverage.WriteComplete(json, map));
        return written;
    }

    private static IEnumerable<string> Questions(string capture, string configuration) =>
    [
        $"findings {capture} --config {configuration}",
        $"paths --from {PatientZero} --to kind:metering --since {Since} {capture} --config {configuration}",
        $"reach {PatientZero} {capture} --since {Since} --config {configuration}",
        $"analyze {capture} --config {configuration} --map my.db",
    ];

    /// <exception cref="InputException">The directory cannot be written.</exception>
    private static void Unpack(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var name in (string[])[Capture, Site])
            {
                using var resource = typeof(DemoCommand).Assembly.GetManifestResourceStream("sample." + name)!;
                using var file = File.Create(Path.Combine(folder, name));
                resource.CopyTo(file);
            }
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {folder}: {unwritable.Message}");
        }
    }
}
