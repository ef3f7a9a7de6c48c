using ExposureMap.Configuration;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>
/// Makes a snapshot of the map, looks for findings in it, publishes both, and tells what is new: findings raised, closed, open again. Then it rests, the
/// longer the longer that took: a small map is never old, and one that is slow to evaluate must not take the processor from the capture. Where nothing
/// was seen since the last time, only how long it was watched is new.
/// </summary>
internal sealed class Publisher(
    RecordSlot records, SiteConfiguration site, Publication publication, FindingsLog findings, BaselineWatch baseline, TimeProvider clock, ILogger log)
    : Worker
{
    private const int RestPerWork = 9;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestUnjudged = TimeSpan.FromMinutes(10);     // findings are closed by age, in days
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);
    private readonly MapSettings _settings = site.ToMapSettings();
    private readonly FindingLedger _ledger = new();
    private readonly PathOptions _options = new() { Costs = site.Costs };
    private Baseline? _judgedAgainst;
    private long _judged;

    protected override bool StandsBack => true;

    protected override void Run(CancellationToken stop)
    {
        Publish(records.Latest);
        while (!stop.IsCancellationRequested)
        {
            if (records.Take(Wait) is not { } record) continue;
            var began = clock.GetTimestamp();
            Publish(record);
            var worked = clock.GetElapsedTime(began);
            stop.WaitHandle.WaitOne(RestAfter(worked));
        }

        if (!ReferenceEquals(records.Latest, publication.Current?.Map.Record)) Publish(records.Latest);
    }

    /// <summary>A tenth of the time is work, until a round takes <see cref="Interval"/>; beyond that half of it.</summary>
    private static TimeSpan RestAfter(TimeSpan work)
    {
        var rest = work * RestPerWork;
        if (rest < ShortestRest) return ShortestRest;
        if (work + rest <= Interval) return rest;
        return work < Interval / 2 ? Interval - work : work;
    }

    /// <summary>What a rule may stumble over must not end the capture: the map published before stays, and its age tells.</summary>
    private void Publish(MapRecord record)
    {
        try
        {
            var began = clock.GetTimestamp();
            var against = baseline.Current;
            if (publication.Current is { } known && record.SaysTheSameAs(known.Map.Record) && against == _judgedAgainst && clock.GetElapsedTime(_judged) < LongestUnjudged)
            {
                publication.Current = known.WatchedAs(record, clock.GetUtcNow());
                return;
            }

            var map = new MapSnapshot(record, _settings);
            var paths = PathGraph.Of(map, _options);
            var now = map.Watched.Last.IsNever ? Timestamp.From(clock.GetUtcNow()) : map.Watched.Last;
            var context = site.ContextOf(map, paths, against);
            findings.Tell(FindingCatalog.Evaluate(context, FindingCatalog.Urgent));
            var found = _ledger.Reconcile(FindingCatalog.Evaluate(context), now);
            publication.Current = new(map, paths, found, clock.GetUtcNow(), clock.GetElapsedTime(began));
            publication.Problem = null;
            (_judgedAgainst, _judged) = (against, began);
            findings.Tell(found);
            findings.CloseVanished(found, now);
        }
        catch (Exception failed)
        {
            if (publication.Problem is null) log.PublishFailed(failed);
            publication.Problem = $"the map cannot be evaluated: {failed.Message}";
        }
    }
}
