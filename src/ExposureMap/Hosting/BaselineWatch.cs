using ExposureMap.Graph.Findings;
using ExposureMap.Store;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>The baseline that new paths are told against, read again when somebody sets it anew while the service runs.</summary>
/// <param name="name">Empty: the one set last, whatever its name.</param>
internal sealed class BaselineWatch(string store, string name, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Baselines _baselines = new(store);
    private (string Name, DateTime Set) _read;
    private Baseline? _current;
    private long _looked;

    /// <summary>Null when there is none, or it cannot be read; the log says which.</summary>
    public Baseline? Current
    {
        get
        {
            if (_looked != 0 && clock.GetElapsedTime(_looked) < Interval) return _current;
            _looked = clock.GetTimestamp();
            var wanted = _baselines.All().Where(one => name.Length == 0 || one.Name == name).OrderBy(one => one.Set).LastOrDefault();
            if (wanted.Name is not null && wanted != _read) Read(wanted);
            return _current;
        }
    }

    private void Read((string Name, DateTime Set) wanted)
    {
        _read = wanted;
        try
        {
            using var map = MapStore.OpenForQueries(_baselines.PathOf(wanted.Name));
            _current = new(wanted.Name, map.Load());
            log.BaselineRead(wanted.Name);
        }
        catch (StoreException unreadable)
        {
            _current = null;
            log.BaselineFailed(wanted.Name, unreadable.Message);
        }
    }
}
