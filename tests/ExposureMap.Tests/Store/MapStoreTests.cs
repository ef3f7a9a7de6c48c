using ExposureMap.Capture.Tests;
using ExposureMap.Graph.Map;
using ExposureMap.Ingest;
using ExposureMap.Store;
using Xunit;

namespace ExposureMap.Tests.Store;

public sealed class MapStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap-store-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>As the service does it: it loads what there is, nothing at first, and goes on from it.</summary>
    [Fact]
    public void Save_AfterLoadingANewStore_IsReadBackWhole()
    {
        var path = Path.Combine(_folder.FullName, "map.db");
        MapRecord saved;
        using (var store = MapStore.Open(path))
        {
            var map = new LiveMap(store.Load());
            MapReading.Into(map, [Path.Combine(Repository.Root, "tests", "Samples", "protocols", "modbus.pcap")], TestContext.Current.CancellationToken);
            saved = map.Freeze();
            store.Save(saved);
        }

        using var again = MapStore.OpenForQueries(path);
        var read = again.Load();

        Assert.Equal(saved.Texts, read.Texts);
        Assert.Equal(saved.Services, read.Services);
        Assert.Equal(Conduits(saved), Conduits(read));
    }

    private static IEnumerable<string> Conduits(MapRecord record) => new MapSnapshot(record, MapSettings.Default).Conduits.Select(conduit => $"{conduit} {conduit.Evidence}");
}
