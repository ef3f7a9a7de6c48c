using System.CommandLine;
using System.Text.Json;
using ExposureMap.Graph.Findings;
using ExposureMap.Output;
using ExposureMap.Store;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap findings</c></summary>
internal static class FindingsCommand
{
    public static Command Create()
    {
        var options = new MapOptions();
        var format = CommonOptions.Format();
        var failOn = CommonOptions.FailOn();
        var command =
            new Command("findings", "What is wrong with the map, worst first: paths from IT into OT and metering, and conditions that break a rule.");
        var remote = new RemoteQuery();
        var baseline =
            new Option<string?>("--baseline") { Description = "also tell paths that this baseline of --map does not have", HelpName = "NAME" };
        command.Add(baseline);
        options.AddTo(command);
        remote.AddTo(command);
        command.Add(format);
        command.Add(failOn);
        command.SetAction((parsed, stop) =>
        {
            if (remote.IsAsked(parsed))
            {
                if (parsed.GetValue(baseline) is not null)
                    throw new UsageException(
                        "--baseline: a running service tells new paths against the last baseline that was set; leave --url out and read its store with --map");
                return Ask(remote, parsed, CommonOptions.FormatOf(parsed, format), parsed.GetValue(failOn), stop);
            }

            using var loaded = options.Load(parsed, stop);
            var findings =
                loaded.Site.FindingsOf(loaded.Map, baseline: BaselineOf(parsed.GetValue(baseline), parsed.GetValue(options.Map)!), stop: stop);
            FindingsOutput.Print(findings, loaded.Site.WarningsOf(loaded.Map, findings), loaded.Map, CommonOptions.FormatOf(parsed, format));
            if (loaded.ExitCode != ExitCode.Done) return Task.FromResult(loaded.ExitCode);
            return Task.FromResult(FindingsOutput.Matches(findings, parsed.GetValue(failOn)) ? ExitCode.Found : ExitCode.Done);
        });
        return command;
    }

    private static async Task<int> Ask(RemoteQuery remote, ParseResult parsed, RowFormat format, string? failOn, CancellationToken stop)
    {
        var code = await remote.Run(parsed, "findings", format, [], stop, PrintWarnings).ConfigureAwait(false);
        if (failOn is null) return code;
        var severe = await remote.Rows(parsed, "findings", [("severity", failOn)], stop).ConfigureAwait(false);
        return severe.Any(IsOpen) ? ExitCode.Found : code;
    }

    /// <summary>Of acceptances that answer for nothing; to programs the answer tells them itself.</summary>
    private static void PrintWarnings(JsonElement summary)
    {
        if (!summary.TryGetProperty(FindingsOutput.AcceptanceProblems, out var problems)) return;
        foreach (var problem in problems.EnumerateArray()) Console.Error.WriteLine($"exposuremap: {problem}");
    }

    private static bool IsOpen(JsonElement row) =>
        row.TryGetProperty("accepted", out var accepted) && accepted.GetString() is "" && row.GetProperty("closed").ValueKind == JsonValueKind.Null;

    private static Baseline? BaselineOf(string? name, string map)
    {
        if (name is null) return null;
        var path = new Baselines(map).PathOf(name);
        if (!Baselines.IsName(name) || !File.Exists(path))
            throw new InputException($"--baseline {name}: {map} has no such baseline; 'exposuremap baseline list --map {map}' lists them");
        using var store = MapStore.OpenForQueries(path);
        return new(name, store.Load());
    }
}
