using System.Text.Json;
using ExposureMap.Capture.Tests;
using ExposureMap.Tests.Hosting;
using Xunit;

namespace ExposureMap.Tests.Commands;

/// <summary>The program from outside: exit codes, formats, what stands on which stream, and that the sample's story comes out.</summary>
public sealed class ProgramTests : IDisposable
{
    private const string Site = "graphs/utility-under-attack/";
    private const string Sample = $"{Site}traffic.pcap --config {Site}exposuremap.yaml";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Findings_Sample_TellsTheIntrudersWays()
    {
        var findings = Rows(ProgramRun.Of($"findings {Sample} --format ndjson"));
        var meters = findings.Single(finding => finding.GetProperty("id").GetString() == "EM001-10.20.0.30-metering");
        Assert.Equal("critical", meters.GetProperty("severity").GetString());
        Assert.Contains("disconnect", meters.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.All(meters.GetProperty("hops").EnumerateArray(),
            hop => Assert.True(hop.GetProperty("evidence").GetProperty("first_frame").GetInt64() > 0));
        Assert.Contains(findings,
            finding => finding.GetProperty("rule").GetString() == "EM009"
                && finding.GetProperty("title").GetString()!.Contains("ENG-LT-04", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.GetProperty("rule").GetString() == "EM010");
    }

    [Fact]
    public void Reach_FromThePatientZero_ArrivesInTheOrderOfTheStory()
    {
        var reached = Rows(ProgramRun.Of($"reach 10.10.4.17 {Sample} --since 2026-03-02T07:10:00Z --format ndjson"))
            .Select(row => row.GetProperty("address").GetString()).ToList();
        string[] story = ["10.10.1.20", "10.20.0.30", "10.90.0.10", "10.91.1.13", "10.70.1.20", "10.70.1.33"];
        Assert.Equal(story, reached.Where(story.Contains));
    }

    /// <summary>What is assumed is possible before it is certain: the rows follow the time that is shown as possible.</summary>
    [Fact]
    public void Reach_WhatIsPossibleBeforeItIsCertain_ShowsTheTimeItIsOrderedBy()
    {
        var rows = Rows(ProgramRun.Of($"reach 10.10.4.31 --assume-segment {Sample} --format ndjson"))
            .Where(row => row.TryGetProperty("possible", out var possible) && possible.ValueKind == JsonValueKind.Number)
            .Select(row => (Possible: row.GetProperty("possible").GetDecimal(), Arrival: row.GetProperty("arrival").GetDecimal())).ToList();

        Assert.Equal(rows.Select(row => row.Possible).Order(), rows.Select(row => row.Possible));
        Assert.Contains(rows, row => row.Possible < row.Arrival);
    }

    [Fact]
    public void Paths_InTheWrongOrderInTime_ExistButAreNotWitnessed()
    {
        var path = Rows(ProgramRun.Of($"paths --from 10.10.4.31 --to 10.70.1.11 {Sample} --format ndjson"))[0];
        Assert.False(path.GetProperty("witnessed").GetBoolean());
        Assert.Contains("not witnessed", path.GetProperty("because")[0].GetString(), StringComparison.Ordinal);
        Assert.Empty(Rows(ProgramRun.Of($"paths --from 10.10.4.31 --to 10.70.1.11 --witnessed {Sample} --format ndjson")));
    }

    [Fact]
    public void Paths_WhereNoneIs_SaysWhatTheAnswerIsWorth()
    {
        var run = ProgramRun.Of(
            "paths --from 10.30.0.23 --to kind:metering graphs/meter-vendor/traffic.pcap --config graphs/meter-vendor/exposuremap.yaml --witnessed --max-hops 1 --format ndjson");
        Assert.Equal(0, run.ExitCode);
        using var summary = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
        Assert.True(summary.RootElement.GetProperty("summary").GetBoolean());
        Assert.Contains(summary.RootElement.GetProperty("absence").GetString(), (string[])["not reached", "not observed", "insufficient"]);
    }

    [Fact]
    public void Anything_WronglyAsked_TellsNothingOnStandardOutput()
    {
        var run = ProgramRun.Of($"findings --fail-on hihg {Sample}");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("hihg", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"findings {Sample}")]
    [InlineData($"conversations {Site}traffic.pcap --format csv")]
    [InlineData($"assets {Sample} --format json")]
    public void Answer_ThatCannotBeWritten_IsOneLineAndAnExitCode(string command)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "/dev/full is missing: a full disk cannot be played");
        var (code, said) = ServiceProcess.RunToEnd("/bin/sh", $"-c \"{ServiceProcess.Executable} {command} >/dev/full\"", Repository.Root);
        Assert.Equal(1, code);
        Assert.Contains("exposuremap: the answer cannot be written: No space left on device", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\n   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Analyze_SameCaptureAgain_ChangesNothing()
    {
        var store = Path.Combine(_folder.FullName, "site.db");
        ProgramRun.Of($"analyze {Sample} --map {store} --format ndjson");
        var once = ProgramRun.Of($"conduits --map {store} --format ndjson").Output;
        var again = ProgramRun.Of($"analyze {Sample} --map {store} --format ndjson");
        Assert.Contains("in the map already", again.Error, StringComparison.Ordinal);
        Assert.Equal(once, ProgramRun.Of($"conduits --map {store} --format ndjson").Output);
        Assert.Equal(Rows(ProgramRun.Of($"conduits {Sample} --format ndjson")).Count, once.TrimEnd().Split('\n').Length - 1);
    }

    [Fact]
    public void FailOn_ASevereFinding_EndsWithThree() =>
        Assert.Equal(3, ProgramRun.Of($"findings {Sample} --fail-on critical --format csv").ExitCode);

    [Fact]
    public void Analyze_TruncatedCapture_KeepsWhatWasReadAndSaysWhere()
    {
        var path = Path.Combine(_folder.FullName, "cut.pcap");
        File.WriteAllBytes(path, File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Samples", "protocols", "modbus.pcap"))[..^7]);
        var run = ProgramRun.Of($"conversations {path} --format ndjson");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cut.pcap", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"id.resp_p\":502", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("analyze no-such-file.pcap", 1)]
    [InlineData("analyze README.md", 1)]
    [InlineData("findings --map no-such-map.db", 1)]
    [InlineData("paths --from 10.0.0.1", 2)]
    [InlineData("assets --format xml", 2)]
    [InlineData("paths --from nonsense: --to kind:ot graphs/water-works/traffic.pcap", 2)]
    public void BadInput_EndsWithItsCodeAndAMessage(string command, int code)
    {
        var run = ProgramRun.Of(command);
        Assert.Equal(code, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.DoesNotContain("\n   at ", run.Error, StringComparison.Ordinal);    // no stack trace
    }

    [Fact]
    public void Demo_WritesTheStoryAndItsDiagrams()
    {
        var run = ProgramRun.Of($"demo -o {_folder.FullName}");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("dlms", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("digraph", File.ReadAllText(Path.Combine(_folder.FullName, "map.dot")).TrimStart(), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "findings.json")));
    }

    private static List<JsonElement> Rows(ProgramRun run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => !row.TryGetProperty("summary", out _))];
    }
}
