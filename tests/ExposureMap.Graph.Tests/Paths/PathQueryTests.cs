using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class PathQueryTests
{
    private static Site TwoWays() => new Site().Watch()
        .Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp", 30).Talk("10.20.0.1", "10.70.0.1", "tcp/3389 rdp", 20)
        .Talk("10.10.0.1", "10.20.0.2", "tcp/443 ssl", 1)
        .Talk("10.20.0.2", "10.70.0.1", "tcp/502 modbus", 2, does: (Effect.Write, "writes 1 to register 7", true));

    private static PathAnswer Ask(Site site, Func<PathQuery, PathQuery>? but = null, PathOptions? options = null)
    {
        var map = site.Map;
        var query = new PathQuery { From = Of(map, "10.10.0.1"), To = Of(map, "10.70.0.1") };
        return (but?.Invoke(query) ?? query).Run(PathGraph.Of(map, options));
    }

    private static ImmutableArray<int> Of(MapSnapshot map, string address) =>
        [.. map.Assets.Where(asset => asset.Address.ToString() == address && asset.Behind < 0).Select(asset => asset.Id)];

    private static string Route(AssetPath path) => string.Join(' ', path.Hops.Select(hop => hop.To.Address));

    [Fact]
    public void Run_ACheapWayOnPaperAndADearOneInTime_GivesBothAndSaysWhich()
    {
        var answer = Ask(TwoWays());

        Assert.True(answer.IsComplete);
        Assert.Equal(["10.20.0.1 10.70.0.1", "10.20.0.2 10.70.0.1"], answer.Paths.Select(Route));
        Assert.Equal([false, true], answer.Paths.Select(path => path.IsWitnessed));
        Assert.Equal([PathBasis.Observed, PathBasis.Witnessed], answer.Paths.Select(path => path.Basis));
        Assert.StartsWith("exists, not witnessed: hop 2", answer.Paths[0].Because[0], StringComparison.Ordinal);
        Assert.Equal(PathCertainty.Must, answer.Paths[1].Certainty);
        Assert.Equal(Effect.Write, answer.Paths[1].Grade);
        Assert.Equal(Absence.None, answer.Coverage.Absence);
    }

    [Fact]
    public void Run_WitnessedOnly_FindsTheOneWayInTimeBehindManyOnPaper()
    {
        var site = TwoWays();
        for (var host = 3; host < 60; host++)
            site.Talk("10.10.0.1", $"10.20.0.{host}", "tcp/3389 rdp", 30).Talk($"10.20.0.{host}", "10.70.0.1", "tcp/3389 rdp", 20);

        Assert.Equal("10.20.0.2 10.70.0.1", Route(Assert.Single(Ask(site, query => query with { WitnessedOnly = true, Count = 2 }).Paths)));
    }

    [Fact]
    public void Run_Avoid_Via_Grade_Span_NarrowTheWays()
    {
        Assert.Equal("10.20.0.2 10.70.0.1",
            Route(Assert.Single(Ask(TwoWays(), query => query with { Avoid = Of(TwoWays().Map, "10.20.0.1") }).Paths)));
        Assert.Equal("10.20.0.2 10.70.0.1", Route(Assert.Single(Ask(TwoWays(), query => query with { Via = Of(TwoWays().Map, "10.20.0.2") }).Paths)));
        Assert.Equal("10.20.0.2 10.70.0.1", Route(Assert.Single(Ask(TwoWays(), query => query with { Grade = Effect.Write }).Paths)));
        Assert.Equal("10.20.0.1 10.70.0.1", Route(Assert.Single(Ask(TwoWays(), query => query with { Since = Site.At(10) }).Paths)));
        Assert.Equal("10.20.0.2 10.70.0.1", Route(Assert.Single(Ask(TwoWays(), query => query with { Until = Site.At(10) }).Paths)));
    }

    [Fact]
    public void Run_HopsBounded_SaysThatPathsMayLieBeyond()
    {
        var answer = Ask(TwoWays(), query => query with { MaxHops = 1 });

        Assert.Empty(answer.Paths);
        Assert.Equal(CutOff.Hops, answer.CutOff);
        Assert.Equal(Absence.Insufficient, answer.Coverage.Absence);
    }

    [Fact]
    public void Run_GuessedOriginatorAndProtocol_AreNamedInTheBecause()
    {
        var path = Assert.Single(
            Ask(new Site().Watch().Talk("10.10.0.1", "10.70.0.1", "tcp/502", 1, outcome: Outcome.Midstream, direction: DirectionBasis.Port)).Paths);

        Assert.True(path.IsWitnessed);
        Assert.Equal(PathCertainty.May, path.Certainty);
        Assert.Equal(
            ["direction: who opened 10.10.0.1 -> 10.70.0.1 tcp/502 is told by port",
                "protocol: 10.10.0.1 -> 10.70.0.1 tcp/502 is told by nothing but its port number"], path.Because);
    }

    [Fact]
    public void Run_PlantFetchesFromTheSource_IsAPullUnlessLeftOut()
    {
        var site = new Site().Watch().Talk("10.70.0.1", "10.10.0.1", "tcp/80 http", 1);

        Assert.Equal(HopDirection.Pull, Assert.Single(Ask(site).Paths).Hops[0].Direction);
        Assert.Empty(Ask(site, options: new() { Pulls = PullScope.Nobody }).Paths);
    }

    [Fact]
    public void Run_NameServiceOnly_CarriesAPathOnlyWhenAskedFor()
    {
        var site = new Site().Watch().Talk("10.10.0.1", "10.70.0.1", "udp/53 dns", 1);

        Assert.Equal(Absence.NotReached, Ask(site).Coverage.Absence);
        Assert.Equal(PivotRank.None, Assert.Single(Ask(site, options: new() { IncludeNone = true }).Paths).Hops[0].PivotRank);
    }

    [Fact]
    public void Run_NothingFound_SaysWhatThatIsWorth()
    {
        var probed = new Site().Talk("10.10.0.1", "10.70.0.1", "tcp/502", 1, outcome: Outcome.Blocked);
        var local = new Site().Watch().Talk("10.10.0.1", "10.10.0.2", "tcp/445 smb").Talk("10.70.0.1", "10.70.0.2", "tcp/502 modbus");

        Assert.Equal(Absence.NotObserved, Ask(probed).Coverage.Absence);
        Assert.Equal(Absence.NotReached, Ask(probed.Watch()).Coverage.Absence);
        Assert.Equal(Absence.Insufficient, Ask(probed.Watch(dropped: 100)).Coverage.Absence);
        Assert.Equal(Absence.Insufficient, Ask(probed.Watch(problem: "cut off at octet 4711")).Coverage.Absence);
        Assert.Equal(Absence.NotObserved, Ask(probed.Watch(), query => query with { Since = Site.At(9999) }).Coverage.Absence);
        Assert.Equal(Absence.NotObserved, Ask(local).Coverage.Absence);
        Assert.Equal(Absence.NotObserved, Ask(local, query => query with { To = [] }).Coverage.Absence);
    }

    [Fact]
    public void Run_CancelledBeforehand_SaysSo()
    {
        var map = TwoWays().Map;
        var answer =
            new PathQuery { From = Of(map, "10.10.0.1"), To = Of(map, "10.70.0.1") }.Run(PathGraph.Of(map), new CancellationToken(canceled: true));

        Assert.Equal(CutOff.Cancelled, answer.CutOff);
    }
}
