using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Store;

namespace ExposureMap.Bench.Graphs;

/// <summary><c>map FILE [100k|1m|10m]</c>: a stored map to ask the program's own commands, and how fast the live map took its conversations.</summary>
internal static class MapBench
{
    public static int Run(string[] args)
    {
        var (path, size) = (args[0], args.Length > 1 ? args[1] : "1m");
        var graph = SampleGraph.Of(size);
        var sample = new SampleMap(graph, size == "1m" ? 2_000_000 : 0);
        var live = new LiveMap();
        var took = Fill(live, sample);
        Say($"{live.Conduits} conduits between {live.Endpoints} endpoints taken in {took.TotalSeconds:F1} s, {live.Conduits / took.TotalSeconds / 1e6:F2} million new ones a second");
        var record = live.Freeze();
        Say($"{record.Contacts.Count} contacts, {(double)record.Contacts.Octets / record.Contacts.Count:F2} octets each");
        File.Delete(path);
        using var store = MapStore.Open(path);
        store.Configuration = SampleMap.Configuration;
        store.Save(record);
        Say($"{path}: {new FileInfo(path).Length / 1e6:F0} MB");
        return 0;
    }

    /// <summary>The processor time of the map alone: conversations are made beforehand, a batch at a time.</summary>
    private static TimeSpan Fill(LiveMap live, SampleMap sample)
    {
        var took = TimeSpan.Zero;
        foreach (var fact in sample.Facts()) live.OnFact(fact);
        live.Cover(new("core", new(1_767_225_600_000_000_000), new(1_767_225_600_000_000_000 + 30L * 86_400_000_000_000), 1_000_000_000, 0, 0, null));
        foreach (var batch in sample.Conversations().Chunk(100_000))
        {
            var begin = Environment.CpuUsage.TotalTime;
            foreach (var conversation in batch) live.OnConversation(conversation, null);
            took += Environment.CpuUsage.TotalTime - begin;
        }

        return took;
    }

    private static void Say(FormattableString text) => Console.Error.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
