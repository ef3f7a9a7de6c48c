using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Findings;
using ExposureMap.Output;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>What is told of a finding: that it is there, that it no longer is, that it is again.</summary>
internal enum FindingNews : byte { Raised, Closed, Reopened }

/// <summary>
/// Tells each finding once, and each time it is closed or open again, also over restarts: a file with one JSON object a line is both the log and the
/// memory of what was told. The file is opened for each addition, so it may be rotated by moving it away. The service's log has the worst of them.
/// </summary>
/// <param name="path">Empty: findings are remembered for this run only.</param>
internal sealed class FindingsLog(string path, ILogger log)
{
    /// <summary>Lines in the service's log for one snapshot: a thousand at once tell nobody anything.</summary>
    private const int MaximumLines = 20;

    private readonly Dictionary<string, bool> _told = new(StringComparer.Ordinal);       // whether it was told to be closed
    private volatile string? _problem;

    /// <summary>Why the last addition could not be written, or null. What was not written is tried again with the next snapshot.</summary>
    public string? Problem => _problem;

    /// <summary>Remembers what an earlier run told.</summary>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public void Recall()
    {
        if (path.Length == 0 || !File.Exists(path)) return;
        foreach (var line in File.ReadLines(path))
        {
            if (Read(line) is var (id, isClosed)) _told[id] = isClosed;
        }
    }

    /// <summary>Writes those that were not told as they are, and returns them with what is new. A finding that is closed when first seen is no news.</summary>
    public ImmutableArray<(Finding Finding, FindingNews News)> Tell(ImmutableArray<Finding> findings)
    {
        var news = findings.Where(finding => _told.TryGetValue(finding.Id, out var isClosed) ? isClosed != (finding.Closed is not null) : finding.Closed is null)
            .Select(finding => (finding, !_told.ContainsKey(finding.Id) ? FindingNews.Raised : finding.Closed is null ? FindingNews.Reopened : FindingNews.Closed)).ToImmutableArray();
        if (news.IsEmpty) return news;
        try
        {
            Append(news.Select(one => one.finding));
            _problem = null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            if (_problem is null) log.FindingsLogFailed(path, failed.Message);
            _problem = $"{path}: {failed.Message}";
            return [];
        }

        foreach (var (finding, _) in news) _told[finding.Id] = finding.Closed is not null;
        foreach (var (finding, what) in news.Take(MaximumLines)) Log(finding, what);
        if (news.Length > MaximumLines) log.FindingsUntold(news.Length - MaximumLines);
        return news;
    }

    private void Log(Finding finding, FindingNews news)
    {
        if (news == FindingNews.Raised) log.FindingRaised(finding.Severity.Word(), finding.Id, finding.Title);
        else if (news == FindingNews.Closed) log.FindingClosed(finding.Id, finding.Title);
        else log.FindingReopened(finding.Severity.Word(), finding.Id, finding.Title);
    }

    private void Append(IEnumerable<Finding> news)
    {
        if (path.Length == 0) return;
        using var octets = new MemoryStream();
        using (var writer = new RowWriter<Finding>(octets, RowFormat.Ndjson, "findings", FindingColumns.All))
        {
            foreach (var finding in news) writer.Write(finding);
        }

        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n') file.WriteByte((byte)'\n');       // a line that a kill cut short
        }

        file.Write(octets.GetBuffer(), 0, (int)octets.Length);
        file.Flush(flushToDisk: true);
    }

    private static (string Id, bool IsClosed)? Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String) return null;
            return (id.GetString()!, json.RootElement.TryGetProperty("closed", out var closed) && closed.ValueKind == JsonValueKind.Number);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
