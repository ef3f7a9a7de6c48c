using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
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
    private readonly Dictionary<string, string> _left = new(StringComparer.Ordinal);     // the line of each that an earlier run left open
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
            if (Read(line) is not var (id, isClosed)) continue;
            _told[id] = isClosed;
            if (isClosed) _left.Remove(id);
            else _left[id] = line;
        }
    }

    /// <summary>
    /// Writes those that were not told as they are, and returns them with what is new. A finding that is closed when first seen is no news.
    /// </summary>
    public ImmutableArray<(Finding Finding, FindingNews News)> Tell(ImmutableArray<Finding> findings)
    {
        var news = findings.Where(finding =>
            _told.TryGetValue(finding.Id, out var isClosed) ? isClosed != (finding.Closed is not null) : finding.Closed is null)
            .Select(finding =>
                (finding, !_told.ContainsKey(finding.Id) ? FindingNews.Raised : finding.Closed is null ? FindingNews.Reopened : FindingNews.Closed))
            .ToImmutableArray();
        if (news.IsEmpty) return news;
        if (!TryWrite(Lines(news.Select(one => one.finding)))) return [];
        foreach (var (finding, _) in news) _told[finding.Id] = finding.Closed is not null;
        foreach (var (finding, what) in news.Take(MaximumLines)) Log(finding, what);
        if (news.Length > MaximumLines) log.FindingsUntold(news.Length - MaximumLines);
        return news;
    }

    /// <summary>
    /// Closes those that an earlier run left open and that are not found any more: whatever took them away, nobody looked while it happened.
    /// </summary>
    public void CloseVanished(ImmutableArray<Finding> findings, Timestamp now)
    {
        if (_left.Count == 0) return;
        foreach (var finding in findings) _left.Remove(finding.Id);
        var closed = _left.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, Line: ClosedLine(one.Value, now))).ToList();
        if (closed.Count == 0 || !TryWrite(Encoding.UTF8.GetBytes(string.Concat(closed.Select(one => one.Line.ToJsonString() + "\n"))))) return;
        foreach (var (id, _) in closed) _told[id] = true;
        foreach (var (id, line) in closed.Take(MaximumLines)) log.FindingClosed(id, line["title"]?.ToString() ?? "");
        if (closed.Count > MaximumLines) log.FindingsUntold(closed.Count - MaximumLines);
        _left.Clear();
    }

    private void Log(Finding finding, FindingNews news)
    {
        if (news == FindingNews.Raised) log.FindingRaised(finding.Severity.Word(), finding.Id, finding.Title);
        else if (news == FindingNews.Closed) log.FindingClosed(finding.Id, finding.Title);
        else log.FindingReopened(finding.Severity.Word(), finding.Id, finding.Title);
    }

    private static JsonObject ClosedLine(string line, Timestamp now)
    {
        var finding = JsonNode.Parse(line)!.AsObject();
        finding["closed"] = JsonNode.Parse(now.ToUnixText());
        return finding;
    }

    private static byte[] Lines(IEnumerable<Finding> findings)
    {
        using var octets = new MemoryStream();
        using (var writer = new RowWriter<Finding>(octets, RowFormat.Ndjson, "findings", FindingColumns.All))
        {
            foreach (var finding in findings) writer.Write(finding);
        }

        return octets.ToArray();
    }

    private bool TryWrite(byte[] lines)
    {
        try
        {
            Append(lines);
            _problem = null;
            return true;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            if (_problem is null) log.FindingsLogFailed(path, failed.Message);
            _problem = $"{path}: {failed.Message}";
            return false;
        }
    }

    private void Append(byte[] lines)
    {
        if (path.Length == 0) return;
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n') file.WriteByte((byte)'\n');       // a line that a kill cut short
        }

        file.Write(lines);
        file.Flush(flushToDisk: true);
    }

    private static (string Id, bool IsClosed)? Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("id", out var id)
                || id.ValueKind != JsonValueKind.String)
                return null;
            return (id.GetString()!, json.RootElement.TryGetProperty("closed", out var closed) && closed.ValueKind == JsonValueKind.Number);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
