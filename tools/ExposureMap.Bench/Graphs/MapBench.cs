using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Store;

namespace ExposureMap.Bench.Graphs;

/// <summary>
/// <c>map FILE [100k|1m|10m]</c>: a stored map to ask the program's own commands, and how fast the live map took its conversations.
/// </summary>
internal static class MapBench
{
    private const int Batch = 10_000;

    public static int Run(string[] args)
    {
        var (path, size) = (args[0], args.Length > 1 ? args[1] : "1m");
        var graph = SampleGraph.Of(size);
        using (var reader = new MapReader())
        {
            Fill("while a reader asks", new(graph, ExtraContacts(size)), reader);
            Say($"{reader.Answers} questions were answered meanwhile, each on another snapshot");
        }

        var record = Fill("alone", new(graph, ExtraContacts(size)), reader: null);
        Say($"{record.Contacts.Count} contacts, {(double)record.Contacts.Octets / record.Contacts.Count:F2} octets each");
        File.Delete(path);
        using var store = MapStore.Open(path);
        store.Configuration = SampleMap.Configuration;
        store.Save(record);
        Say($"{path}: {new FileInfo(path).Length / 1e6:F0} MB");
        return 0;
    }

    private static int ExtraContacts(string size) => size == "1m" ? 2_000_000 : 0;

    /// <summary>
    /// The processor time of the writer alone, freezing included: conversations are made beforehand, a batch at a time. It freezes when the reader
    /// wants a snapshot, as the service does.
    /// </summary>
    private static MapRecord Fill(string how, SampleMap sample, MapReader? reader)
    {
        var (live, took, conversations) = (new LiveMap(), TimeSpan.Zero, 0);
        foreach (var fact in sample.Facts()) live.OnFact(fact);
        live.Cover(new("core", new(1_767_225_600_000_000_000), new(1_767_225_600_000_000_000 + 30L * 86_400_000_000_000), 1_000_000_000, 0, 0, null));
        foreach (var batch in sample.Conversations().Chunk(Batch))
        {
            var begin = WriterTime();
            foreach (var conversation in batch) live.OnConversation(conversation, null);
            if (reader is { Wants: true }) reader.Offer(live.Freeze());
            took += WriterTime() - begin;
            conversations += batch.Length;
        }

        Say($"{how}: {live.Conduits} conduits between {live.Endpoints} endpoints, {conversations} conversations taken in {took.TotalSeconds:F1} s, {conversations / took.TotalSeconds / 1e6:F2} million a second");
        return live.Freeze();
    }

    /// <summary>Of the calling thread: time on a processor in nanoseconds, the first number of schedstat (proc(5)).</summary>
    private static TimeSpan WriterTime() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000);

    private static void Say(FormattableString text) => Console.Error.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
