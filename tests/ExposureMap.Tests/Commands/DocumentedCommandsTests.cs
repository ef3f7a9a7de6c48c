using System.Text.RegularExpressions;
using ExposureMap.Capture.Tests;
using ExposureMap.Commands;
using Xunit;

namespace ExposureMap.Tests.Commands;

/// <summary>What README and help texts tell people to type works as it stands.</summary>
public sealed partial class DocumentedCommandsTests : IDisposable
{
    private static readonly string[] NotHere = ["run", "interfaces", "config check exposuremap.yaml"];   // need a network, or the reader's own file

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap");

    public DocumentedCommandsTests() =>
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "graphs"), Path.Combine(Repository.Root, "graphs"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Readme_EveryCommand_Works()
    {
        var typed = Typed().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(match => match.Groups[1].Value.Trim())
            .Where(command =>
                command.Contains(' ', StringComparison.Ordinal) && !command.Contains("COMMAND", StringComparison.Ordinal)
                && !command.Contains("CAPTURE", StringComparison.Ordinal))
            .Where(command => !NotHere.Any(other => command.StartsWith(other, StringComparison.Ordinal))).ToList();
        Assert.True(typed.Count > 8, "the README tells too little");
        foreach (var command in typed) AssertWorks(command);
    }

    [Fact]
    public void Help_EveryExample_Works()
    {
        foreach (var example in Examples.ByCommand.Values.SelectMany(examples => examples))
        {
            if (example.StartsWith("export svg", StringComparison.Ordinal) && !File.Exists("/usr/bin/dot")) continue;
            AssertWorks(example);
        }
    }

    [Fact]
    public void Help_OfACommand_EndsWithItsExamples()
    {
        var run = ProgramRun.Of("reach --help");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(Examples.ByCommand["reach"][0], run.Output, StringComparison.Ordinal);
        Assert.Contains(Examples.ByCommand["policy check"][0], ProgramRun.Of("policy check --help").Output, StringComparison.Ordinal);
    }

    private void AssertWorks(string command)
    {
        var run = ProgramRun.Of(command, _folder.FullName);
        Assert.True(run.ExitCode is 0 or 3, $"exposuremap {command} ended with {run.ExitCode}: {run.Error}");
        if (!command.Contains(" -o ", StringComparison.Ordinal) && !command.Contains(" -w ", StringComparison.Ordinal)) Assert.NotEmpty(run.Output);
    }

    [GeneratedRegex(@"(?:^|`)exposuremap ([^`\n]+)", RegexOptions.Multiline)]
    private static partial Regex Typed();
}
