using System.Collections.Immutable;
using CsCheck;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

/// <summary>The contract's time rule against a repetition that is too simple to be wrong.</summary>
public sealed class TimedQueryTests
{
    private const int Hosts = 6;

    private sealed record Talk(int From, int To, int Start, int Arrival, bool IsCertain);

    private static readonly Gen<Talk[]> Talks =
        (from sender in Gen.Int[0, Hosts - 1]
         from receiver in Gen.Int[0, Hosts - 1]
         from start in Gen.Int[0, 9]
         from wait in Gen.Int[0, 3]
         from certain in Gen.Bool
         select new Talk(sender, receiver, start, start + wait, certain)).Array[0, 14];

    [Fact]
    public void Reach_AnyConversations_ArrivesWhenTheRuleSays() => Gen.Select(Talks, Gen.Int[0, 9]).Sample((talks, since) =>
    {
        var (graph, ids) = GraphOf(talks);
        var may = Earliest(talks, since);
        var must = Earliest([.. talks.Where(talk => talk.IsCertain)], since);

        var answer = ReachQuery.Run(graph, [ids[0]], new() { Since = Site.At(since) });

        Assert.Equal(Enumerable.Range(1, Hosts - 1).Count(host => may[host] is not null), answer.Rows.Length);
        for (var host = 1; host < Hosts; host++)
        {
            var row = answer.Rows.FirstOrDefault(row => row.Asset.Id == ids[host]);
            Assert.Equal(may[host] is { } minute ? Site.At(minute) : (Timestamp?)null, row?.Possible);
            if (row is null) continue;
            Assert.Equal(must[host] is not null, row.Certainty == PathCertainty.Must);
            Assert.Equal(Site.At((must[host] ?? may[host])!.Value), row.Time);
            Assert.Equal(row.Certainty == PathCertainty.May, row.Because.Length > 0);
            AssertFollows(row.Hops(), Site.At(since), row.Time);
        }

        Assert.Equal(answer.Rows.Select(row => row.Possible).Order(), answer.Rows.Select(row => row.Possible));
    });

    [Fact]
    public void Exposed_AnyConversations_DepartsAsLateAsTheRuleAllows() =>
        Gen.Select(Talks, Gen.Int[0, 9], Gen.Int[3, 12]).Sample((talks, since, until) =>
    {
        var (graph, ids) = GraphOf(talks);

        var answer = ExposedQuery.Run(graph, [ids[0]], new() { Since = Site.At(since), Until = Site.At(until) });

        for (var host = 1; host < Hosts; host++)
        {
            var latest = Enumerable.Range(since, Math.Max(0, until - since + 1)).Where(minute => Reaches(talks, host, minute, until))
                .Select(minute => (int?)minute).LastOrDefault();
            var row = answer.Rows.FirstOrDefault(row => row.Asset.Id == ids[host]);
            Assert.Equal(latest is { } minute ? Site.At(minute) : (Timestamp?)null, row?.Possible);
            if (row is not null) AssertFollows(row.Hops(), row.Time, Site.At(until));
        }
    });

    [Fact]
    public void Reach_FewWanted_AreTheFirstOfAll() => Gen.Select(Talks, Gen.Int[1, Hosts]).Sample((talks, wanted) =>
    {
        var (graph, ids) = GraphOf(talks);
        var all = ReachQuery.Run(graph, [ids[0]]);

        var few = ReachQuery.Run(graph, [ids[0]], new() { Bounds = new() { MaxResults = wanted } });

        Assert.Equal(all.Rows.Take(wanted).Select(row => (row.Asset.Id, row.Time)), few.Rows.Select(row => (row.Asset.Id, row.Time)));
        Assert.Equal(all.Rows.Length > wanted ? CutOff.Results : CutOff.None, few.CutOff);
    });

    [Fact]
    public void Reach_OpenSession_IsUsedOnlyWhenAskedFor()
    {
        var site = new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/22 ssh", 10).Talk("10.20.0.1", "10.70.0.1", "tcp/22 ssh", 1, end: 60);
        var graph = PathGraph.Of(site.Map);
        ImmutableArray<int> source = [site.Map.Assets.Single(asset => asset.Address.ToString() == "10.10.0.1").Id];

        Assert.Single(ReachQuery.Run(graph, source).Rows);
        Assert.Equal(2, ReachQuery.Run(graph, source, new() { OpenSessions = true }).Rows.Length);
    }

    /// <summary>Its next answer is not kept, so when it arrives is a bound, and not certain.</summary>
    [Fact]
    public void Reach_OpenSessionAnsweredBefore_IsPossibleAndSaysWhy()
    {
        var site = new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/22 ssh", 10).Talk("10.20.0.1", "10.70.0.1", "tcp/22 ssh", 1, end: 60)
            .Talk("10.20.0.1", "10.70.0.2", "tcp/22 ssh", 1, arrival: 20);

        var rows = ReachQuery.Run(PathGraph.Of(site.Map), [0], new() { OpenSessions = true }).Rows;

        Assert.Equal([("10.20.0.1", PathCertainty.Must), ("10.70.0.1", PathCertainty.May), ("10.70.0.2", PathCertainty.Must)],
            rows.Select(row => (row.Asset.Address.ToString(), row.Certainty)));
        Assert.StartsWith("open session: 10.20.0.1 -> 10.70.0.1 tcp/22 ssh was open since 2026-01-01T00:01:00", Assert.Single(rows[1].Because),
            StringComparison.Ordinal);
        Assert.Equal(Site.At(20), rows[2].Time);
    }

    [Fact]
    public void Reach_OverConversationsWhoseTimesExpired_IsPossibleAndSaysWhy()
    {
        var live = new LiveMap(new ContactLimits { MaxOctets = 1 });
        for (var number = 0; number < 1 << 17; number++) live.OnConversation(Site.Conversation(number, "10.10.0.1", "10.70.0.1", number), null);

        var map = new MapSnapshot(live.Freeze(), new Site().Settings);
        var row = Assert.Single(ReachQuery.Run(PathGraph.Of(map), [0], new() { Since = Site.At(500), Until = Site.At(900) }).Rows);

        Assert.Equal(PathCertainty.May, row.Certainty);
        Assert.StartsWith("expired detail: ", Assert.Single(row.Because), StringComparison.Ordinal);
        Assert.Equal(PathCertainty.Must, Assert.Single(ReachQuery.Run(PathGraph.Of(map), [0], new() { Since = Site.At(131_060) }).Rows).Certainty);
    }

    [Fact]
    public void Reach_MoreRowsThanTheBound_SaysThatItWasCutOff()
    {
        var site = new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/22 ssh", 10).Talk("10.10.0.1", "10.20.0.2", "tcp/22 ssh", 11);

        var answer = ReachQuery.Run(PathGraph.Of(site.Map), [0], new() { Bounds = new() { MaxResults = 1 } });

        Assert.Equal(CutOff.Results, answer.CutOff);
        Assert.Equal(Site.At(10) + TimeSpan.FromSeconds(1), Assert.Single(answer.Rows).Time);
    }

    private static void AssertFollows(ImmutableArray<Hop> hops, Timestamp from, Timestamp to)
    {
        foreach (var hop in hops)
        {
            Assert.True(hop.Start >= from);
            from = hop.Arrival;
        }

        Assert.True(from <= to);
    }

    /// <summary>All hosts are known from an exchange that carries no hop.</summary>
    private static (PathGraph Graph, int[] Ids) GraphOf(Talk[] talks)
    {
        var site = new Site().Watch();
        for (var host = 0; host < Hosts; host++) site.Talk($"10.10.0.{host + 1}", "10.10.0.200", "udp/53 dns");
        foreach (var talk in talks)
            site.Talk($"10.10.0.{talk.From + 1}", $"10.10.0.{talk.To + 1}", "tcp/22 ssh", talk.Start, talk.Arrival,
                direction: talk.IsCertain ? DirectionBasis.Payload : DirectionBasis.Port);
        var map = site.Map;
        return (PathGraph.Of(map),
            [.. Enumerable.Range(1, Hosts).Select(host => map.Assets.Single(asset => asset.Address.ToString() == $"10.10.0.{host}").Id)]);
    }

    private static int?[] Earliest(Talk[] talks, int since, int source = 0)
    {
        var arrival = new int?[Hosts];
        arrival[source] = since;
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var talk in talks)
            {
                if (arrival[talk.From] is not { } there || talk.Start < there || arrival[talk.To] <= talk.Arrival) continue;
                (arrival[talk.To], changed) = (talk.Arrival, true);
            }
        }

        return arrival;
    }

    private static bool Reaches(Talk[] talks, int from, int at, int until) => Earliest(talks, at, from)[0] is { } arrival && arrival <= until;
}
