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
            records, SiteConfiguration.Default, publication, new Announcer(publication, new FindingsLog("", log)), new BaselineWatch("nothere.db", "", TimeProvider.System, log), TimeProvider.System, log);
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
            Assert.True(SpinWait.SpinUntil(() => publication.Current is { } now && isIt(now), TimeSpan.FromSeconds(30)), publication.Problem ?? "nothing was published");
            return publication.Current!;
        }
    }

    private static Timestamp Last(PublishedMap map) => map.Map.Watched.Last;

    private static Timestamp At(int seconds) => new(1_772_431_200_000_000_000 + seconds * 1_000_000_000L);

    private static CaptureCoverage Watched(int until) => new("hall-7:span", At(0), At(until), 100, 0, 0, null);
}
