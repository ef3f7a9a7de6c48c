using System.CommandLine;
using ExposureMap.Graph.Findings;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap findings</c></summary>
internal static class FindingsCommand
{
    public static Command Create()
    {
        var options = new MapOptions();
        var format = CommonOptions.Format();
        var failOn = CommonOptions.FailOn();
        var command = new Command("findings", "What is wrong with the map, worst first: paths from IT into OT and metering, and conditions that break a rule.");
        var remote = new RemoteQuery();
        options.AddTo(command);
        remote.AddTo(command);
        command.Add(format);
        command.Add(failOn);
        command.SetAction((parsed, stop) =>
        {
            if (remote.IsAsked(parsed)) return remote.Run(parsed, "findings", CommonOptions.FormatOf(parsed, format), [], stop);
            var loaded = options.Load(parsed, stop);
            var findings = FindingCatalog.Evaluate(loaded.Map, loaded.Site.Accepted, stop: stop);
            FindingsOutput.Print(findings, loaded.Map, CommonOptions.FormatOf(parsed, format));
            if (loaded.ExitCode != ExitCode.Done) return Task.FromResult(loaded.ExitCode);
            return Task.FromResult(FindingsOutput.Matches(findings, parsed.GetValue(failOn)) ? ExitCode.Found : ExitCode.Done);
        });
        return command;
    }
}
