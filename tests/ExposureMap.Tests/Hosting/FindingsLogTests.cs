using System.Collections.Immutable;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using ExposureMap.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExposureMap.Tests.Hosting;

public sealed class FindingsLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap-log-");

    private string LogPath => Path.Combine(_folder.FullName, "findings.ndjson");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Tell_AFindingAgain_IsWrittenOnceAlsoAfterARestart()
    {
        Assert.Single(Open().Tell([Finding("a")]));
        var log = Open();

        Assert.Equal(["b"], log.Tell([Finding("a"), Finding("b")]).Select(one => one.Finding.Id));
        Assert.Empty(log.Tell([Finding("a"), Finding("b")]));
        Assert.Equal(2, File.ReadAllLines(LogPath).Length);
    }

    [Fact]
    public void Tell_LastLineCutByAKill_BeginsALineOfItsOwn()
    {
        Open().Tell([Finding("a")]);
        File.AppendAllText(LogPath, "{\"id\":\"b");

        Open().Tell([Finding("a"), Finding("b")]);

        var lines = File.ReadAllLines(LogPath);
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"id\":\"b\"", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Tell_FileCannotBeWritten_SaysSoAndWritesItLater()
    {
        Directory.CreateDirectory(LogPath);
        var log = Open();
        Assert.Empty(log.Tell([Finding("a")]));
        Assert.NotNull(log.Problem);

        Directory.Delete(LogPath);

        Assert.Single(log.Tell([Finding("a")]));
        Assert.Null(log.Problem);
        Assert.Single(File.ReadAllLines(LogPath));
    }

    [Fact]
    public void Tell_ClosedAndOpenAgain_IsToldEachTimeAlsoAfterARestart()
    {
        Open().Tell([Finding("a")]);

        Assert.Equal([FindingNews.Closed], Open().Tell([Closed("a")]).Select(one => one.News));
        Assert.Empty(Open().Tell([Closed("a")]));
        Assert.Equal([FindingNews.Reopened], Open().Tell([Finding("a")]).Select(one => one.News));
        Assert.Equal(3, File.ReadAllLines(LogPath).Length);
    }

    [Fact]
    public void Tell_ClosedWhenFirstSeen_IsNoNews() => Assert.Empty(Open().Tell([Closed("a")]));

    [Fact]
    public void Tell_ManyAtOnce_ServiceLogHasTheFirstAndTheCountAndTheFileHasAll()
    {
        var lines = new LogLines();
        new FindingsLog(LogPath, lines).Tell([.. Enumerable.Range(0, 1000).Select(number => Finding($"a{number}"))]);

        Assert.Equal(21, lines.Count);
        Assert.Equal("New finding, high: a0: a0", lines[0]);
        Assert.StartsWith("And 980 more findings", lines[20], StringComparison.Ordinal);
        Assert.Equal(1000, File.ReadAllLines(LogPath).Length);
    }

    [Fact]
    public void CloseVanished_LeftOpenByAnEarlierRunAndNotFoundAnyMore_IsWrittenClosedOnce()
    {
        Open().Tell([Finding("a"), Finding("b")]);
        var log = Open();
        log.Tell([Finding("b")]);

        log.CloseVanished([Finding("b")], Timestamp.FromUnix(1_767_225_600, 0));
        log.CloseVanished([Finding("b")], Timestamp.FromUnix(1_767_225_601, 0));
        Open().CloseVanished([Finding("b")], Timestamp.FromUnix(1_767_225_602, 0));

        var lines = File.ReadAllLines(LogPath);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("{\"severity\":\"high\",\"id\":\"a\"", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("\"closed\":1767225600.000000000}", lines[2], StringComparison.Ordinal);
        Assert.Equal([FindingNews.Reopened], Open().Tell([Finding("a"), Finding("b")]).Select(one => one.News));
    }

    private static Finding Closed(string id) => Finding(id) with { Closed = Timestamp.FromUnix(1_767_225_600, 0) };

    private FindingsLog Open()
    {
        var log = new FindingsLog(LogPath, NullLogger.Instance);
        log.Recall();
        return log;
    }

    private static Finding Finding(string id)
    {
        var asset = new Asset
        {
            Id = 0,
            Address = Address.None,
            Addresses = [],
            Segment = SegmentTable.Unknown,
            Segments = ImmutableArray<Segment>.Empty,
            FirstSeen = default,
            LastSeen = default,
        };
        return new()
        {
            Id = id,
            Rule = FindingCatalog.Rules[0],
            Severity = Severity.High,
            Title = id,
            From = asset,
            To = asset,
            Evidence = [],
            FirstSeen = default,
            LastSeen = default,
        };
    }
}
