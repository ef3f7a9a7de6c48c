using System.Collections.Immutable;
using ExposureMap.Configuration;
using ExposureMap.Graph.Map;
using ExposureMap.Store;

namespace ExposureMap.Hosting;

/// <summary>The threads of the service and what they share, joined together once.</summary>
internal sealed class ServiceParts : IDisposable
{
    /// <summary>How many <see cref="Workers"/> there are without those of interfaces.</summary>
    public const int WorkersBesideInterfaces = 4;

    private const int BatchesPerInterface = 4;
    private readonly MapStore _store;

    /// <param name="store">Is disposed with the parts.</param>
    /// <exception cref="StoreException">The stored map cannot be read.</exception>
    public ServiceParts(SiteConfiguration site, MapStore store, TimeProvider clock, ILogger log)
    {
        _store = store;
        var stored = store.Load();
        var map = new LiveMap(stored, site.ContactLimits with { MaxAge = site.Span }) { MaxOctets = site.MapOctets };
        var sensor = site.Capture.Sensor.Length > 0 ? site.Capture.Sensor : Environment.MachineName;
        Queue = new BatchQueue(Math.Max(1, site.Capture.Interfaces.Length) * BatchesPerInterface);
        Records = new RecordSlot(stored);
        Interfaces = [.. site.Capture.Interfaces.Select(one => new WatchedInterface(one, sensor, Queue, clock, log))];
        Pipeline = new Pipeline(map, Queue, Records, Interfaces, clock, site.MemoryOctets, site.Expiry);
        Publication = new Publication(clock);
        FindingsLog = new FindingsLog(site.FindingsLog, log);
        var announcer = new Announcer(Publication, FindingsLog);
        Lookout = new Lookout(Records, Publication, announcer, clock, log);
        Publisher = new Publisher(Records, site, Publication, announcer, new BaselineWatch(site.Store, site.BaselineName, clock, log), clock, log);
        StoreKeeper = new StoreKeeper(store, Records, stored, clock, log);
    }

    public BatchQueue Queue { get; }

    public RecordSlot Records { get; }

    public ImmutableArray<WatchedInterface> Interfaces { get; }

    public Pipeline Pipeline { get; }

    public Publication Publication { get; }

    public FindingsLog FindingsLog { get; }

    public Lookout Lookout { get; }

    public Publisher Publisher { get; }

    public StoreKeeper StoreKeeper { get; }

    /// <summary>In the order they start. They stop in the opposite one: first nothing more comes in, then it is placed, published, saved.</summary>
    public IEnumerable<Worker> Workers => [StoreKeeper, Publisher, Lookout, Pipeline, .. Interfaces];

    public void Dispose()
    {
        foreach (var worker in Workers) worker.Dispose();
        Queue.Dispose();
        _store.Dispose();
    }
}
