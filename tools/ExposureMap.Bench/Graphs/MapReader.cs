using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// Asks the newest snapshot of a map what IT reaches, again and again on a thread of its own, as the service's readers do while the writer goes on.
/// </summary>
internal sealed class MapReader : IDisposable
{
    private readonly Thread _thread;
    private readonly AutoResetEvent _offered = new(false);
    private MapRecord? _newest;
    private volatile bool _wants = true;
    private volatile bool _stops;

    public MapReader()
    {
        _thread = new(Ask) { IsBackground = true };
        _thread.Start();
    }

    public int Answers { get; private set; }

    /// <summary>It has answered, and waits for another snapshot.</summary>
    public bool Wants => _wants;

    public void Offer(MapRecord record)
    {
        _wants = false;
        Volatile.Write(ref _newest, record);
        _offered.Set();
    }

    public void Dispose()
    {
        _stops = true;
        _offered.Set();
        _thread.Join();
        _offered.Dispose();
    }

    private void Ask()
    {
        while (_offered.WaitOne() && !_stops)
        {
            if (Interlocked.Exchange(ref _newest, null) is not { } record) continue;
            var paths = PathGraph.Of(new MapSnapshot(record, new()));
            using var reach = Reach.Forward(paths.Graph, [.. paths.Map.IdsIn(segment => segment.Kind == SegmentKind.It)]);
            Answers++;
            _wants = true;
        }
    }
}
