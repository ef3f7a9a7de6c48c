using ExposureMap.Graph.Map;

namespace ExposureMap.Hosting;

/// <summary>
/// Hands frozen maps from the pipeline, the only one that may freeze, to those that read them. It freezes only when one is wanted, since each
/// frozen map makes it copy what it touches next.
/// </summary>
internal sealed class RecordSlot(MapRecord first)
{
    private readonly object _gate = new();                     // a monitor: the reader waits on it
    private MapRecord _latest = first;
    private bool _isNew;
    private volatile bool _isWanted;

    public bool IsWanted => _isWanted;

    public MapRecord Latest
    {
        get
        {
            lock (_gate) return _latest;
        }
    }

    public void Offer(MapRecord record)
    {
        lock (_gate)
        {
            (_latest, _isNew, _isWanted) = (record, true, false);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>A map that was not taken yet, waiting for one; null when none came in time.</summary>
    public MapRecord? Take(TimeSpan wait)
    {
        lock (_gate)
        {
            _isWanted = !_isNew;
            if (!_isNew && !Monitor.Wait(_gate, wait)) return null;
            _isNew = false;
            return _latest;
        }
    }
}
