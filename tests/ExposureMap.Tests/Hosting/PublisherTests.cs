using ExposureMap.Configuration;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Hosting;
using ExposureMap.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExposureMap.Tests.Hosting;

public sealed class PublisherTests
{
    private readonly LiveMap _map = Records.Talk(new LiveMap(), 0, 50);

    /// <summary>A silent network is watched on: a million machines are not looked at anew every ten seconds for it.</summary>
    [Fact]
    public async Task Publish_NothingSeenSince_KeepsWhatWasFoundAndTellsHowLongItWasWatched()
    {
        var stop = TestContext.Current.CancellationToken;
        _map.Cover(Watched(until: 10));
        var (records, publication) = (new RecordSlot(_map.Freeze()), new Publication(TimeProvider.System));
        var log = NullLogger.Instance;
        using var publisher = new Publisher(
            records, SiteConfiguration.Default, publication, new Announcer(publication, new FindingsLog("", log)),
            new BaselineWatch("nothere.db", "", TimeProvider.System, log), TimeProvider.System, log);
        await publisher.StartAsync(stop);
        var first = Published(_ => true);

        _map.Cover(Watched(until: 20));
        records.Offer(_map.Freeze());
        var second = Published(now => Last(now) == At(20));
        Assert.Same(first.Paths.Graph, second.Paths.Graph);
        Assert.Equal(first.Findings, second.Findings);
        Assert.Equal(At(20), Last(second));
        Assert.Equal(At(20), second.Paths.Map.Watched.Last);

        records.Offer(Records.Talk(_map, 50, 60).Freeze());
        var third = Published(now => now.Map.Record.Conduits.Count > first.Map.Record.Conduits.Count);
        Assert.NotSame(first.Paths.Graph, third.Paths.Graph);
        await publisher.StopAsync(stop);

        PublishedMap Published(Func<PublishedMap, bool> isIt)
        {
            Assert.True(SpinWait.SpinUntil(() => publication.Current is { } now && isIt(now), TimeSpan.FromSeconds(30)),
                publication.Problem ?? "nothing was published");
            return publication.Current!;
        }
    }

    [Fact]
    public async Task Publish_AnAcceptanceHasLapsed_SaysSoOnceAndShowsIt()
    {
        var stop = TestContext.Current.CancellationToken;
        _map.Cover(Watched(until: 10));
        var site = SiteConfiguration.Default with
        {
            Accepted = [new("EM001", "change 4711") { From = "10.1.1.1", To = "10.2.2.2", Until = new(new(2026, 2, 1)) },
                new("EM003", "change 4712") { From = "10.9.9.9", Until = new(new(2027, 2, 1)) }],
        };
        var (records, publication, log) = (new RecordSlot(_map.Freeze()), new Publication(TimeProvider.System), new LogLines());
        using var publisher = new Publisher(
            records, site, publication, new Announcer(publication, new FindingsLog("", NullLogger.Instance)),
            new BaselineWatch("nothere.db", "", TimeProvider.System, NullLogger.Instance), TimeProvider.System, log);
        await publisher.StartAsync(stop);
        Assert.True(SpinWait.SpinUntil(() => publication.Current is not null, TimeSpan.FromSeconds(30)));
        records.Offer(Records.Talk(_map, 50, 60).Freeze());
        Assert.True(SpinWait.SpinUntil(() => publication.Current!.Map.Record.Conduits.Count > 50, TimeSpan.FromSeconds(30)));
        await publisher.StopAsync(stop);

        Assert.Equal(
            "Of the configuration: the acceptance of EM001 10.1.1.1 -> 10.2.2.2 (change 4711) lapsed, it ran until 2026-02-01: what it answered for counts again", Assert.Single(log));
        Assert.Equal(["EM001 True", "EM003 False"], publication.Current!.Warnings.Select(warning => $"{warning.Accepted.Rule} {warning.IsLapsed}"));
    }

    /// <summary>
    /// Under load the same machines talk on and on: what costs a core to evaluate is left until there is something to find, and at the stop nothing
    /// is missing.
    /// </summary>
    [Fact]
    public async Task Publish_MoreOfTheSameInAMapThatIsSlow_WaitsUntilThereIsNewsOrTheStop()
    {
        var stop = TestContext.Current.CancellationToken;
        var clock = new SlowClock();
        var (records, publication, log) = (new RecordSlot(_map.Freeze()), new Publication(clock), NullLogger.Instance);
        using var publisher = new Publisher(
            records, SiteConfiguration.Default, publication, new Announcer(publication, new FindingsLog("", log)),
            new BaselineWatch("nothere.db", "", clock, log), clock, log);
        await publisher.StartAsync(stop);
        Until(() => publication.Current is not null);
        var first = publication.Current;

        OfferAndWait(Records.Talk(_map, 0, 50).Freeze());
        Assert.Same(first, publication.Current);

        OfferAndWait(Records.Talk(_map, 50, 1).Freeze());
        Assert.Equal(101, Records.Conversations(publication.Current!.Map.Record));

        OfferAndWait(Records.Talk(_map, 0, 51).Freeze());
        Assert.Equal(101, Records.Conversations(publication.Current!.Map.Record));
        await publisher.StopAsync(stop);
        Assert.Equal(152, Records.Conversations(publication.Current!.Map.Record));

        void OfferAndWait(MapRecord record)
        {
            records.Offer(record);
            Until(() => records.IsWanted);     // it came back for the next one
        }

        static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));
    }

    /// <summary>Makes all work look slow: between two looks at it 300 ms have passed.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private long _milliseconds;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Add(ref _milliseconds, 300);
    }

    private static Timestamp Last(PublishedMap map) => map.Map.Watched.Last;

    private static Timestamp At(int seconds) => new(1_772_431_200_000_000_000 + seconds * 1_000_000_000L);

    private static CaptureCoverage Watched(int until) => new("hall-7:span", At(0), At(until), 100, 0, 0, null);
}
