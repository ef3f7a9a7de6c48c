using System.CommandLine;
using System.Globalization;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Ingest;
using ExposureMap.Output;
using ExposureMap.Store;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap analyze CAPTURE... [--map FILE]</c></summary>
internal static class AnalyzeCommand
{
    public static Command Create()
    {
        var captures =
            new Argument<string[]>("CAPTURE")
            {
                Description = "capture files or directories of them; - for standard input",
                Arity = ArgumentArity.OneOrMore
            };
        var store = new Option<string?>(
            "--map")
        {
            Description = "keep the map in this file; one that is there is added to, and the same capture again changes nothing",
            HelpName = "FILE"
        };
        var config =
            new Option<string?>("--config") { Description = "the site's configuration: segments, policy, accepted findings", HelpName = "FILE" };
        var format = CommonOptions.Format();
        var failOn = CommonOptions.FailOn();
        var command =
            new Command("analyze", "Reads captures into a map and prints what was seen and what is wrong with it.") { captures, store,
                config, format, failOn };
        command.SetAction((parsed, stop) => Task.FromResult(Run(
            parsed.GetValue(captures)!, parsed.GetValue(store), parsed.GetValue(config), CommonOptions.FormatOf(parsed, format),
            parsed.GetValue(failOn), stop)));
        return command;
    }

    private static int Run(string[] captures, string? path, string? config, RowFormat format, string? failOn, CancellationToken stop)
    {
        var site = MapOptions.LoadSite(config);
        using var store = path is null ? null : MapStore.Open(path);
        var map = new LiveMap(store?.Load() ?? MapRecord.Empty, site.ContactLimits) { MaxOctets = site.MapOctets };
        var reading = MapReading.Into(map, captures, isKept: store is not null, site.MemoryOctets, stop);
        var record = map.Freeze();
        store?.Save(record);
        if (store is not null && MapOptions.TextOfSite(config) is { } text) store.Configuration = text;

        var snapshot = new MapSnapshot(record, site.ToMapSettings());
        var findings = site.FindingsOf(snapshot, stop: CancellationToken.None);
        if (format == RowFormat.Table) Summary.Print(snapshot, reading);
        FindingsOutput.Print(findings, site.WarningsOf(snapshot, findings), snapshot, format);
        foreach (var skipped in reading.Skipped) Console.Error.WriteLine($"exposuremap: {skipped}: is in the map already; nothing was changed");
        if (reading.Problem is not null) Console.Error.WriteLine($"exposuremap: {reading.Problem}");
        if (stop.IsCancellationRequested) return ExitCode.Interrupted;
        if (reading.Problem is not null) return ExitCode.BadInput;
        return FindingsOutput.Matches(findings, failOn) ? ExitCode.Found : ExitCode.Done;
    }
}
