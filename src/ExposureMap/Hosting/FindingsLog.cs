using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Findings;
using ExposureMap.Output;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>
/// Tells each finding once, also over restarts: a file with one JSON object a line is both the log and the memory of what was told. The file is
/// opened for each addition, so it may be rotated by moving it away.
/// </summary>
/// <param name="path">Empty: findings are remembered for this run only.</param>
internal sealed class FindingsLog(string path, ILogger log)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
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
            if (IdOf(line) is { } id) _told.Add(id);
        }
    }

    /// <summary>Writes those that were not told yet, and returns them.</summary>
    public ImmutableArray<Finding> Tell(ImmutableArray<Finding> findings)
    {
        ImmutableArray<Finding> news = [.. findings.Where(finding => !_told.Contains(finding.Id))];
        if (news.IsEmpty) return news;
        try
        {
            Append(news);
            _problem = null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            if (_problem is null) log.FindingsLogFailed(path, failed.Message);
            _problem = $"{path}: {failed.Message}";
            return [];
        }

        _told.UnionWith(news.Select(finding => finding.Id));
        return news;
    }

    private void Append(ImmutableArray<Finding> news)
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

    private static string? IdOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
