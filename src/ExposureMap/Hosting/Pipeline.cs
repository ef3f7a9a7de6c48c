using ExposureMap.Capture.Conversations;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Hosting;

/// <summary>
/// The one writer: takes the frames of all interfaces through the conversation table into the map. Its thread does nothing else and waits for nobody.
/// </summary>
internal sealed class Pipeline : Worker, IObserver
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    /// <summary>So often a silent interface's coverage grows: proof that somebody watched, and nothing came.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>So a conduit is kept for at most a twenty-fourth longer than its age.</summary>
    private const int BatchesPerAge = 24;

    private LiveMap _map;
    private readonly BatchQueue _queue;
    private readonly RecordSlot _records;
    private readonly IReadOnlyList<WatchedInterface> _interfaces;
    private readonly TimeProvider _clock;
    private readonly ConversationTable _table;
    private readonly TimeSpan? _expiry;
    private Timestamp _latest = Timestamp.Beginning;
    private Timestamp _expired = Timestamp.Beginning;
    private readonly Dictionary<string, WatchedFrames> _watches = new(StringComparer.Ordinal);
    private long _covered;
    private bool _hasChanged;

    public Pipeline(LiveMap map, BatchQueue queue, RecordSlot records, IReadOnlyList<WatchedInterface> interfaces, TimeProvider clock,
        long memory, TimeSpan? expiry)
    {
        (_map, _queue, _records, _interfaces, _clock, _expiry) = (map, queue, records, interfaces, clock, expiry);
        _table = new(this, memory) { TracksChanges = true };
    }

    /// <summary>Read by others at any time: each count is right, their sum only when nothing moves.</summary>
    public CaptureCounters Counters => _table.Counters;

    public int OpenConversations => _table.Count;

    /// <summary>Another one after each expiry; only this thread may tell it anything.</summary>
    public LiveMap Map => _map;

    public void OnConversation(Conversation now, Conversation? before)
    {
        _latest = Timestamp.Later(_latest, now.End);
        _map.OnConversation(now, before);
        var missed = now.MissedOctets - (before?.MissedOctets ?? 0);
        if (missed != 0 && _watches.TryGetValue(now.Evidence.Capture, out var watched)) watched.Interface.Miss(watched.Watch, missed);
    }

    public void OnFact(AssetFact fact) => _map.OnFact(fact);

    public bool IsSparing => _map.IsSparing;

    protected override void Run(CancellationToken stop)
    {
        _hasChanged = true;                                    // that it is watched is news
        while (true)
        {
            if (_queue.TryTake(out var frames, Wait)) Process(frames);
            else if (stop.IsCancellationRequested) break;      // the interfaces were stopped before, and all is read
            if (_records.IsWanted) Tell();
        }

        _table.Flush();
        Cover();
        _records.Offer(_map.Freeze());
    }

    private void Process(in WatchedFrames frames)
    {
        _hasChanged = true;
        if (frames.Batch is null)
        {
            _watches.Remove(frames.Watch.Name);
            _map.Cover(frames.Watch.Complete(frames.Ended!));
            return;
        }

        _watches.TryAdd(frames.Watch.Name, frames with { Batch = null });
        _table.Process(frames.Batch);
        frames.Interface.Account(frames.Watch, frames.Batch.Count);
        _queue.Return(frames.Batch);
    }

    private void Tell()
    {
        if (!_hasChanged && _clock.GetElapsedTime(_covered) < Heartbeat) return;
        _hasChanged = false;
        _table.TellChanges();
        Cover();
        Expire();
        _records.Offer(_map.Freeze());
    }

    /// <summary>
    /// In batches, each a rebuild: whoever looks at the map compares it with the one before. By the time of packets, which a wrong clock cannot
    /// hurry.
    /// </summary>
    private void Expire()
    {
        if (_expiry is not { } age || _latest == Timestamp.Beginning) return;
        var before = _latest + -age;
        if (_expired != Timestamp.Beginning && before - _expired < age / BatchesPerAge) return;
        (_map, _expired) = (_map.Expired(before), before);
    }

    private void Cover()
    {
        _covered = _clock.GetTimestamp();
        foreach (var one in _interfaces)
        {
            if (one.Coverage() is { } coverage) _map.Cover(coverage);
        }
    }
}
