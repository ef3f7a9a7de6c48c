using ExposureMap.Configuration;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>
/// Makes a snapshot of the map, looks for findings in it, and has both published and told. Then it rests, the longer the longer that took: a small
/// map is never old, and one that is slow to evaluate must not take the processor from the capture. A slow one in which nothing is new but counts and
/// times rests longest; where nothing at all was seen since the last time, only how long it was watched is new.
/// </summary>
internal sealed class Publisher(
    RecordSlot records, SiteConfiguration site, Publication publication, Announcer announcer, BaselineWatch baseline, TimeProvider clock, ILogger log)
    : Worker
{
    private const int RestPerWork = 9;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestUncounted = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestUnjudged = TimeSpan.FromMinutes(10);     // findings are closed by age, in days
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);
    // a map that takes longer is watched for new paths in the meantime
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly MapSettings _settings = site.ToMapSettings();
    private readonly PathOptions _options = new() { Costs = site.Costs };
    private readonly HashSet<AcceptedFinding> _lapsed = [];      // told already
    private long _evaluated;
    private TimeSpan _evaluation;

    protected override bool StandsBack => true;

    protected override void Run(CancellationToken stop)
    {
        var record = records.Latest;
        var isTold = Tell(record, covered: 0);
        while (!stop.IsCancellationRequested)
        {
            var covered = announcer.Ahead;
            if (records.Take(record, Wait) is not { } next) continue;
            record = next;
            var began = clock.GetTimestamp();
            isTold = Tell(record, covered);
            stop.WaitHandle.WaitOne(RestAfter(isTold ? clock.GetElapsedTime(began) : _evaluation));
        }

        if (!isTold || !ReferenceEquals(records.Latest, record)) Tell(records.Latest, announcer.Ahead, isLast: true);
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
    /// <returns>False when it may wait.</returns>
    private bool Tell(MapRecord record, int covered, bool isLast = false)
    {
        try
        {
            var (against, known, age) = (baseline.Current, publication.Current, clock.GetElapsedTime(_evaluated));
            if (known is null || against != known.Against) Evaluate(record, covered, against);
            else if (record.SaysTheSameAs(known.Map.Record) && age < LongestUnjudged) announcer.TellWatched(record, clock.GetUtcNow());
            else if (!isLast && age < UncountedAfter(_evaluation) && !record.HasNewsSince(known.Map.Record)) return false;
            else Evaluate(record, covered, against);
        }
        catch (Exception failed)
        {
            if (publication.Problem is null) log.PublishFailed(failed);
            publication.Problem = $"the map cannot be evaluated: {failed.Message}";
        }

        return true;
    }

    /// <summary>So long more of the same may wait: it gives no rule a reason to take half a processor.</summary>
    private static TimeSpan UncountedAfter(TimeSpan work)
    {
        if (work < Patience) return TimeSpan.Zero;
        return work * RestPerWork < LongestUncounted ? work * RestPerWork : LongestUncounted;
    }

    private void Evaluate(MapRecord record, int covered, Baseline? against)
    {
        var began = clock.GetTimestamp();
        var map = new MapSnapshot(record, _settings);
        var paths = PathGraph.Of(map, _options);
        var now = map.Watched.Last.IsNever ? Timestamp.From(clock.GetUtcNow()) : map.Watched.Last;
        var context = site.ContextOf(map, paths, against);
        announcer.TellAhead(FindingCatalog.Evaluate(context, FindingCatalog.Urgent), now);
        var found = FindingCatalog.Evaluate(context);
        var warnings = site.WarningsOf(map, found);
        foreach (var lapsed in warnings.Where(one => one.IsLapsed && _lapsed.Add(one.Accepted))) log.AcceptanceLapsed(lapsed.ToString());
        var watch = clock.GetElapsedTime(began) > Patience && against is not null ? new NewPathWatch(context) : null;
        (_evaluated, _evaluation) = (began, clock.GetElapsedTime(began));
        var published = new PublishedMap(map, paths, found, clock.GetUtcNow(), _evaluation) { Against = against, Warnings = warnings, Watch = watch };
        announcer.Tell(published, covered, now);
        publication.Problem = null;
    }
}
