using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>
/// Tells new paths ahead of the <see cref="Publisher"/>, where that is slow: of a map of a million machines it takes ten seconds and more to look at
/// the whole of it. Looks every second at least, and only at what came since the published map.
/// </summary>
internal sealed class Lookout(RecordSlot records, Publication publication, Announcer announcer, TimeProvider clock, ILogger log) : Worker
{
    private const int RestPerWork = 9;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private NewPathWatch? _failed;

    protected override bool StandsBack => true;

    protected override void Run(CancellationToken stop)
    {
        var looked = default(MapRecord);
        while (!stop.IsCancellationRequested)
        {
            if (publication.Current?.Watch is not { } watch)
            {
                stop.WaitHandle.WaitOne(Wait);
                continue;
            }

            if (records.Take(looked, Wait) is not { } record) continue;       // none older than the map that is watched
            looked = record;
            var began = clock.GetTimestamp();
            Look(watch, record);
            stop.WaitHandle.WaitOne(RestAfter(clock.GetElapsedTime(began)));
        }
    }

    private static TimeSpan RestAfter(TimeSpan work) =>
        TimeSpan.FromTicks(Math.Max(ShortestRest.Ticks, Math.Min((Interval - work).Ticks, (work * RestPerWork).Ticks)));

    /// <summary>What a rule stumbles over here waits for the whole map to be evaluated.</summary>
    private void Look(NewPathWatch watch, MapRecord record)
    {
        if (watch == _failed) return;
        try
        {
            announcer.TellAhead(watch.Look(record), Timestamp.From(clock.GetUtcNow()));
        }
        catch (Exception failed)
        {
            log.PublishFailed(failed);
            _failed = watch;
        }
    }
}
