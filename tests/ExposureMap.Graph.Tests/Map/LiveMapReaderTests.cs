using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>One writer, and readers that wait for nobody.</summary>
public sealed class LiveMapReaderTests
{
    private const int Conversations = 20_000;
    private const int PerSnapshot = 777;                          // no multiple of what is taken in together

    private sealed record Frozen(MapRecord Record, int Told);

    /// <summary>Each snapshot holds exactly what was told before it, whenever it is read, and however often.</summary>
    [Fact]
    public async Task Freeze_WriterGoesOnWhileReadersRead_SumsAreThoseOfItsMoment()
    {
        Frozen? newest = null;
        var isDone = false;
        var reader = Task.Run(
            () =>
            {
                var seen = new List<Frozen>();
                while (!Volatile.Read(ref isDone))
                {
                    if (Volatile.Read(ref newest) is not { } frozen) continue;
                    if (seen.Count == 0 || seen[^1] != frozen) seen.Add(frozen);
                    foreach (var one in seen.TakeLast(3)) Assert.Equal(Expected(one.Told), Sums(one.Record));
                }

                foreach (var one in seen) Assert.Equal(Expected(one.Told), Sums(one.Record));
                return seen.Count;
            },
            TestContext.Current.CancellationToken);

        var map = new LiveMap();
        for (var number = 0; number < Conversations; number++)
        {
            map.OnConversation(Made(number), null);
            if (number % PerSnapshot == 0) Volatile.Write(ref newest, new(map.Freeze(), number + 1));
        }

        Volatile.Write(ref isDone, true);
        Assert.NotEqual(0, await reader);
    }

    [Fact]
    public void Counts_RightAfterAConversation_HoldIt()
    {
        var map = new LiveMap();
        map.OnConversation(Made(1), null);

        Assert.Equal((2, 1), (map.Endpoints, map.Conduits));
        Assert.Single(map.Freeze().Contacts.All());
    }

    private static Conversation Made(int number) =>
        Site.Conversation(number, $"10.{number % 7}.{number % 50}.1", $"10.9.{number / 40 % 200}.2",
            number) with
        { OriginatorTraffic = new(1, number, 0) };

    private static (long Conversations, long Octets, long Contacts) Expected(int told) => (told, (long)told * (told - 1) / 2, told);

    private static (long Conversations, long Octets, long Contacts) Sums(MapRecord record)
    {
        var (conversations, octets) = (0L, 0L);
        for (var row = 0; row < record.Conduits.Count; row++)
            (conversations, octets) = (conversations + record.Conduits[row].Conversations, octets + record.Conduits[row].Octets);
        return (conversations, octets, record.Contacts.Count);
    }
}
