using System.Collections.Immutable;
using CsCheck;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class CutQueryTests
{
    private static readonly string[] Hosts = ["10.10.0.1", "10.10.0.2", "10.20.0.1", "10.20.0.2", "10.70.0.1", "10.70.0.2"];
    private static readonly string[] Services = ["tcp/3389 rdp", "tcp/502 modbus", "tcp/80 http"];

    private static readonly Gen<MapSnapshot> AnyMap =
        Gen.Select(Gen.Int[0, Hosts.Length - 1], Gen.Int[0, Hosts.Length - 1], Gen.Int[0, Services.Length - 1]).Array[0, 20]
        .Select(talks =>
        {
            var site = new Site().Watch();
            foreach (var (from, to, service) in talks) if (from != to) site.Talk(Hosts[from], Hosts[to], Services[service]);
            return site.Map;
        });

    private static CutAnswer Ask(MapSnapshot map, CutUnit unit = CutUnit.Conduits, CutAim aim = CutAim.Fewest) =>
        new CutQuery { From = Ids(map, SegmentKind.It), To = Ids(map, SegmentKind.Ot), Unit = unit, Aim = aim }.Run(PathGraph.Of(map));

    private static ImmutableArray<int> Ids(MapSnapshot map, SegmentKind kind) => [.. map.AssetsOf(kind).Select(asset => asset.Id)];

    private static bool Joined(PathGraph graph, CutUnit unit, ImmutableArray<int> without)
    {
        using var reach = Reach.Forward(graph.Graph, Ids(graph.Map, SegmentKind.It).AsSpan(), CutQuery.Without(graph, unit, without));
        return Ids(graph.Map, SegmentKind.Ot).Any(reach.Contains);
    }

    [Fact]
    public void Run_AnyMap_EveryAlternativeSeversAndNoPartOfOneDoes() => AnyMap.Sample(map =>
    {
        var graph = PathGraph.Of(map);
        foreach (var unit in Enum.GetValues<CutUnit>())
        {
            var answer = Ask(map, unit);
            Assert.Equal(Joined(graph, unit, []), answer.IsJoined);
            if (!answer.IsPossible)
            {
                Assert.NotEmpty(answer.Obstacles);
                continue;
            }

            Assert.True(answer.IsProven);
            Assert.Equal(answer.IsJoined, answer.Cut.Length > 0);
            foreach (var cut in answer.Alternatives)
            {
                Assert.Equal(answer.Cut.Length, cut.Length);
                Assert.False(Joined(graph, unit, cut));
                foreach (var one in cut) Assert.True(Joined(graph, unit, cut.Remove(one)));
            }
        }
    }, iter: 300);

    [Fact]
    public void Run_LeastCostly_SparesTheConduitThatIsUsedAllDay()
    {
        var site = new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp");
        for (var time = 0; time < 100; time++) site.Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", time);
        site.Talk("10.10.0.1", "10.20.0.2", "tcp/22 ssh").Talk("10.20.0.2", "10.70.0.1", "tcp/22 ssh");

        var answer = Ask(site.Map, aim: CutAim.LeastCostly);

        Assert.DoesNotContain(answer.Breaks, one => one.SessionsPerDay > 10);
        Assert.Equal(2, answer.Cut.Length);
    }

    [Fact]
    public void Run_MoreThanAThousandStop_GivesTheBusiestAndCountsTheRest()
    {
        var site = new Site().Watch();
        for (var host = 0; host < 1100; host++) site.Talk($"10.10.{host / 250}.{host % 250}", "10.20.0.1", "tcp/22 ssh");
        for (var time = 0; time < 3; time++) site.Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", time);

        var answer = Ask(site.Map, CutUnit.Assets);

        Assert.Equal("10.20.0.1", answer.Cut.Select(id => site.Map.Assets[id].Handle).Single());
        Assert.Equal((1000, 1101), (answer.Breaks.Length, answer.BreaksCount));
        Assert.Equal(["tcp/502 modbus", "tcp/22 ssh"], answer.Breaks.Take(2).Select(one => one.Conduit.Service.ToString()));
    }

    /// <summary>Whether they are joined is answered though no cut was found in the work allowed, from whichever end shows it first.</summary>
    [Theory]
    [InlineData("tcp/502 modbus", true)]
    [InlineData("udp/123 ntp", false)]
    public void Run_NoWorkAllowed_StillTellsWhetherTheyAreJoined(string service, bool isJoined)
    {
        var site = new Site().Watch().Talk("10.10.0.1", "10.70.0.1", service);
        for (var host = 1; host <= 200; host++) site.Talk($"10.20.0.{host}", "10.20.1.1", "tcp/22 ssh");
        var (from, to) = (site.Map.IdsAt(address => address.ToString() == "10.10.0.1"), site.Map.IdsAt(address => address.ToString() == "10.70.0.1"));

        var answer = new CutQuery { From = [.. from], To = [.. to], Bounds = new() { MaxWork = 0 } }.Run(PathGraph.Of(site.Map));

        Assert.Equal((isJoined, 0, !isJoined), (answer.IsJoined, answer.Cut.Length, answer.IsProven));
    }

    [Fact]
    public void Run_StraightConduit_CannotBeCutByAssetsAndSaysWhy()
    {
        var answer = Ask(new Site().Watch().Talk("10.10.0.1", "10.70.0.1", "tcp/502 modbus").Map, CutUnit.Assets);

        Assert.False(answer.IsPossible);
        Assert.False(answer.IsProven);
        Assert.Equal(["no asset stands between: 10.10.0.1 -> 10.70.0.1 tcp/502 modbus"], answer.Obstacles);
    }

    [Fact]
    public void Run_NothingJoins_SaysWhatThatIsWorth()
    {
        var answer = Ask(new Site().Talk("10.10.0.1", "10.10.0.2", "tcp/445 smb").Talk("10.70.0.1", "10.70.0.2", "tcp/502 modbus").Map);

        Assert.False(answer.IsJoined);
        Assert.Equal(Absence.NotObserved, answer.Coverage.Absence);
    }

    [Fact]
    public void Write_ACut_DeniesItInEveryDialect()
    {
        var map = new Site().Watch().Talk("10.10.0.1", "10.70.0.1", "tcp/502 modbus").Map;
        var cut = Ask(map).Cut;

        Assert.Contains("        ip saddr 10.10.0.1 ip daddr 10.70.0.1 tcp dport 502 counter drop",
            FirewallRules.Write(FirewallDialect.Nftables, map, CutUnit.Conduits, cut));
        Assert.Equal(
            ["ip access-list extended EXPOSUREMAP-CUT", " deny tcp host 10.10.0.1 host 10.70.0.1 eq 502", " permit ip any any"],
            FirewallRules.Write(FirewallDialect.Cisco, map, CutUnit.Conduits, cut));
        Assert.Equal("deny,10.10.0.1,10.70.0.1,tcp,502,tcp/502,", FirewallRules.Write(FirewallDialect.Csv, map, CutUnit.Conduits, cut)[^1]);
    }

    [Fact]
    public void Write_BothEndsInOneNetwork_SaysThatNoRouterSeesItAndWhatWorks()
    {
        var map = new Site().Watch().Talk("10.70.0.9", "10.70.0.1", "tcp/502 modbus").Talk("10.10.0.1", "10.70.0.1", "tcp/502 modbus").Map;
        ImmutableArray<int> RowOf(string source) =>
            [Enumerable.Range(0, map.Record.Conduits.Count).Single(row => new Conduit(map, row).FromAddress.ToString() == source)];
        var (inside, across) = (RowOf("10.70.0.9"), RowOf("10.10.0.1"));

        var notes = FirewallRules.Notes(map, CutUnit.Conduits, inside);
        Assert.Equal("both ends lie in plant, and where that is one network no router sees this: 10.70.0.9 -> 10.70.0.1 tcp/502 modbus", notes[0]);
        Assert.Contains("private VLAN", notes[^1], StringComparison.Ordinal);
        Assert.Equal(notes.Select(note => "# " + note),
            FirewallRules.Write(FirewallDialect.Nftables, map, CutUnit.Conduits, inside).Take(notes.Length));
        Assert.Equal(notes.Select(note => "! " + note), FirewallRules.Write(FirewallDialect.Cisco, map, CutUnit.Conduits, inside).Take(notes.Length));
        Assert.EndsWith(",within one network: not seen by a router", FirewallRules.Write(FirewallDialect.Csv, map, CutUnit.Conduits, inside)[^1],
            StringComparison.Ordinal);
        Assert.Empty(FirewallRules.Notes(map, CutUnit.Conduits, across));
        Assert.StartsWith("table", FirewallRules.Write(FirewallDialect.Nftables, map, CutUnit.Conduits, across)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AnAssetWithTwoFamilies_IsolatesBoth()
    {
        var map = new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/22 ssh").Talk("2001:db8::1", "2001:db8::2", "tcp/22 ssh").Map;
        var six = map.Assets.Single(asset => asset.Address.ToString() == "2001:db8::1").Id;

        Assert.Equal(
            [.. FirewallRules.Notes(map, CutUnit.Assets, [six]).Select(note => "! " + note), "ipv6 access-list EXPOSUREMAP-CUT-V6",
                " deny ipv6 host 2001:db8::1 any", " deny ipv6 any host 2001:db8::1", " permit ipv6 any any"],
            FirewallRules.Write(FirewallDialect.Cisco, map, CutUnit.Assets, [six]));
    }

    [Fact]
    public void Choke_OneJumpHost_SeversAllAndCarriesEveryPath()
    {
        var map = new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp").Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus")
            .Talk("10.20.0.1", "10.70.0.2", "tcp/502 modbus").Map;

        var answer = new ChokeQuery { From = Ids(map, SegmentKind.It), To = Ids(map, SegmentKind.Ot) }.Run(PathGraph.Of(map));

        var point = Assert.Single(answer.Points);
        Assert.Equal(("10.20.0.1", 2, 1.0), (point.Asset.Address.ToString(), point.Severs, point.Share));
        Assert.Equal((2, 1, 1), (answer.Reached, answer.Sampled, answer.Sources));
    }

    [Fact]
    public void Run_TargetThatIsASourceToo_IsLeftOutAndNamed()
    {
        var map = new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp").Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus").Map;
        ImmutableArray<int> Of(params string[] addresses) =>
            [.. map.Assets.Where(asset => addresses.Contains(asset.Address.ToString())).Select(asset => asset.Id)];

        var answer = new CutQuery { From = Of("10.10.0.1", "10.20.0.1"), To = Of("10.20.0.1", "10.70.0.1") }.Run(PathGraph.Of(map));

        Assert.Equal("10.20.0.1", Assert.Single(answer.LeftOut).Address.ToString());
        Assert.True(answer.IsProven);
        Assert.Single(answer.Cut);
    }
}
