using ExposureMap.Configuration;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>
/// Makes a snapshot of the map, looks for findings in it, and has both published and told. Then it rests, the longer the longer that took: a small map
/// is never old, and one that is slow to evaluate must not take the processor from the capture. Where nothing was seen since the last time, only how
/// long it was watched is new.
/// </summary>
internal sealed class Publisher(
    RecordSlot records, SiteConfiguration site, Publication publication, Announcer announcer, BaselineWatch baseline, TimeProvider clock, ILogger log)
    : Worker
{
    private const int RestPerWork = 9;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestUnjudged = TimeSpan.FromMinutes(10);     // findings are closed by age, in days
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);      // a map that takes longer is watched for new paths in the meantime
    private readonly MapSettings _settings = site.ToMapSettings();
    private readonly PathOptions _options = new() { Costs = site.Costs };
    private readonly HashSet<AcceptedFinding> _lapsed = [];      // told already
    private long _judged;

    protected override bool StandsBack => true;

    protected override void Run(CancellationToken stop)
    {
        var record = records.Latest;
        Publish(record, covered: 0);
        while (!stop.IsCancellationRequested)
        {
            var covered = announcer.Ahead;
            if (records.Take(record, Wait) is not { } next) continue;
            record = next;
            var began = clock.GetTimestamp();
            Publish(record, covered);
            var worked = clock.GetElapsedTime(began);
            stop.WaitHandle.WaitOne(RestAfter(worked));
        }

        if (!ReferenceEquals(records.Latest, record)) Publish(records.Latest, announcer.Ahead);
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
    /// <param name="covered">How many findings had been told ahead when it was taken.</param>
    private void Publish(MapRecord record, int covered)
    {
        try
        {
            var began = clock.GetTimestamp();
            var against = baseline.Current;
            if (publication.Current is { } known && record.SaysTheSameAs(known.Map.Record) && against == known.Against && clock.GetElapsedTime(_judged) < LongestUnjudged)
            {
                announcer.TellWatched(record, clock.GetUtcNow());
                return;
            }

            var map = new MapSnapshot(record, _settings);
            var paths = PathGraph.Of(map, _options);
            var now = map.Watched.Last.IsNever ? Timestamp.From(clock.GetUtcNow()) : map.Watched.Last;
            var context = site.ContextOf(map, paths, against);
            announcer.TellAhead(FindingCatalog.Evaluate(context, FindingCatalog.Urgent), now);
            var found = FindingCatalog.Evaluate(context);
            var warnings = site.WarningsOf(map, found);
            foreach (var lapsed in warnings.Where(one => one.IsLapsed && _lapsed.Add(one.Accepted))) log.AcceptanceLapsed(lapsed.ToString());
            var isSlow = clock.GetElapsedTime(began) > Patience;
            announcer.Tell(
                new(map, paths, found, clock.GetUtcNow(), clock.GetElapsedTime(began)) { Against = against, Warnings = warnings, Watch = isSlow && against is not null ? new(context) : null }, covered, now);
            publication.Problem = null;
            _judged = began;
        }
        catch (Exception failed)
        {
            if (publication.Problem is null) log.PublishFailed(failed);
            publication.Problem = $"the map cannot be evaluated: {failed.Message}";
        }
    }
}
