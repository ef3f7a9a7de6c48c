using System.Globalization;
using System.IO.Hashing;
using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Ingest;

/// <summary>Reads captures into a map and says what was watched.</summary>
/// <param name="Skipped">Captures whose content the map already holds.</param>
/// <param name="Problem">What could not be read, or null.</param>
internal sealed record MapReading(CaptureCounters Counters, IReadOnlyList<string> Skipped, string? Problem)
{
    /// <param name="isKept">The map will be stored: captures' contents are remembered, so that the same capture is not counted twice.</param>
    public static MapReading Into(LiveMap map, IReadOnlyList<string> captures, bool isKept, CancellationToken stop) =>
        Into(map, captures, isKept, ConversationTable.DefaultMemory, stop);

    /// <param name="memory">Octets that open conversations may take.</param>
    public static MapReading Into(LiveMap map, IReadOnlyList<string> captures, bool isKept, long memory, CancellationToken stop)
    {
        var known = map.Freeze().Coverage.Values.Where(one => one.Digest.Length > 0).Select(one => one.Digest).ToHashSet(StringComparer.Ordinal);
        var digests = captures.ToDictionary(path => path, path => isKept ? Digest(path) : "", StringComparer.Ordinal);
        var skipped = captures.Where(path => known.Contains(digests[path])).ToList();
        var wanted = captures.Except(skipped, StringComparer.Ordinal).ToList();
        if (wanted.Count == 0) return new(new CaptureCounters(), skipped, null);

        using var source = CaptureSet.Open(wanted);
        var spans = new CoverageObserver(map);
        using var relay = new Relay(spans);
        var counters = CaptureReading.Read(source, relay, new ReadProgress(), memory, stop);
        relay.End();
        var problem = stop.IsCancellationRequested ? "interrupted: the rest was not read" : source.Problem ?? Shortage(counters);
        foreach (var path in wanted)
            map.Cover(spans.CoverageOf(path, counters, wanted.Count == 1, problem, stop.IsCancellationRequested ? "" : digests[path]));
        return new(counters, skipped, problem);
    }

    /// <summary>What is missing for want of memory, or null.</summary>
    private static string? Shortage(CaptureCounters counters) => (counters.Unplaced, counters.Spared) is not (0, 0) and var (frames, conversations)
        ? string.Create(CultureInfo.InvariantCulture,
            $"memory was short: {frames} frames found no place, {conversations} unanswered conversations are not in the map")
        : null;

    /// <summary>Of a file's content; directories and standard input have none and are always read.</summary>
    private static string Digest(string path)
    {
        if (path == "-" || !File.Exists(path)) return "";
        try
        {
            using var file = File.OpenRead(path);
            var hash = new XxHash128();
            hash.Append(file);
            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "";                                            // opening it will say what is wrong
        }
    }

    /// <summary>Passes everything on to the map and adds up what was missed.</summary>
    private sealed class CoverageObserver(LiveMap map) : IObserver
    {
        private long _missed;

        public void OnConversation(Conversation now, Conversation? before)
        {
            _missed += now.MissedOctets;
            map.OnConversation(now, before);
        }

        public void OnFact(AssetFact fact) => map.OnFact(fact);

        public bool IsSparing => map.IsSparing;

        public CaptureCoverage CoverageOf(string path, CaptureCounters counters, bool isOnly, string? problem, string digest) =>
            new(path, counters.First, counters.Received == 0 ? Timestamp.Never : counters.Last, isOnly ? counters.Received : 0, 0,
                isOnly ? _missed : 0, problem, digest);
    }
}
