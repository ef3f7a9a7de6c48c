using ExposureMap.Graph.Map;
using ExposureMap.Store;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>
/// Saves the map every few seconds and at the stop: what a kill loses is younger than five seconds, and of very many busy conversations the counters
/// of some looks more (<see cref="Capture.Conversations.ConversationTable.TellChanges"/>). When it cannot save, the live map goes on without it, and
/// it is tried again each time.
/// </summary>
internal sealed class StoreKeeper(MapStore store, RecordSlot records, MapRecord loaded, TimeProvider clock, ILogger log) : Worker
{
    /// <summary>With the second that a snapshot may wait, below five.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3.5);

    private MapRecord _saved = loaded;
    private volatile string? _problem;
    private long _failures;
    private long _lastSave = long.MinValue;                    // ticks of UTC

    /// <summary>Why the last save failed, or null.</summary>
    public string? Problem => _problem;

    public long Failures => Volatile.Read(ref _failures);

    public DateTimeOffset? LastSave => Volatile.Read(ref _lastSave) is var ticks && ticks == long.MinValue ? null : new(ticks, TimeSpan.Zero);

    /// <summary>Is told how long each save took.</summary>
    public event Action<TimeSpan>? Saved;

    protected override bool StandsBack => true;

    protected override void Run(CancellationToken stop)
    {
        while (!stop.WaitHandle.WaitOne(Interval)) Save();
        Save();
    }

    private void Save()
    {
        var record = records.Latest;
        if (ReferenceEquals(record, _saved)) return;
        var began = clock.GetTimestamp();
        try
        {
            store.Save(record);
            _saved = record;
            Volatile.Write(ref _lastSave, clock.GetUtcNow().UtcTicks);
            Saved?.Invoke(clock.GetElapsedTime(began));
            if (_problem is not null) log.StoreRecovered();
            _problem = null;
        }
        catch (Exception failed)                               // whatever it is, the live map goes on
        {
            if (_problem is null) log.StoreFailed(failed.Message);
            _problem = failed.Message;
            Volatile.Write(ref _failures, _failures + 1);
        }
    }
}
