using ExposureMap.Graph.Map;

namespace ExposureMap.Hosting;

/// <summary>
/// Hands frozen maps from the pipeline, the only one that may freeze, to those that read them. It freezes only when one is wanted, since each
/// frozen map makes it copy what it touches next.
/// </summary>
internal sealed class RecordSlot(MapRecord first)
{
    private readonly object _gate = new();                     // a monitor: readers wait on it
    private MapRecord _latest = first;
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
            (_latest, _isWanted) = (record, false);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Another map than the one that the reader took last, waiting for one; null when none came in time.</summary>
    public MapRecord? Take(MapRecord? last, TimeSpan wait)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_latest, last)) return _latest;
            _isWanted = true;
            return Monitor.Wait(_gate, wait) ? _latest : null;
        }
    }
}
