using System.Collections.Immutable;
using CsCheck;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

/// <summary>Questions beyond what was observed: what the policy permits, and what neighbours might do.</summary>
public sealed class SuppositionTests
{
    private static readonly string[] Networks = ["10.10.0.", "10.20.0.", "10.70.0.", "10.90.0."];
    private static readonly string[] Names = ["corporate", "dmz", "plant", "ami"];

    /// <summary>An office, a server, a plant; nothing but names was asked across segments.</summary>
    private static Site Quiet(params PolicyRule[] rules) =>
        new Site { Settings = new() { Segments = new(Site.Segments), Policy = new(rules) } }.Watch()
        .Talk("10.10.0.1", "10.10.0.2", "tcp/445 smb").Talk("10.20.0.1", "10.20.0.2", "udp/53 dns").Talk("10.70.0.1", "10.70.0.2", "tcp/502 modbus");

    private static PolicyRule Rule(string from, string to, params string[] services) => new(from, to, [.. services.Select(Match)]);

    private static ServiceMatch Match(string text) => ServiceMatch.TryParse(text, out var match) ? match : throw new ArgumentException(text);

    private static PathGraph GraphOf(MapSnapshot map, Supposition supposition) => Suppositions.GraphOf(map, supposition, PathOptions.Default);

    private static ImmutableArray<int> Select(string text, MapSnapshot map, PathGraph graph)
    {
        Assert.True(
            Selector.TryParse(text, out var selector, out var problem) && Suppositions.TrySelect(selector, map, graph, out var assets, out problem),
            problem);
        Assert.True(Suppositions.TrySelect(selector, map, graph, out assets, out _));
        return assets;
    }

    private static PathAnswer Paths(MapSnapshot map, string from, string to, Supposition supposition)
    {
        var graph = GraphOf(map, supposition);
        return new PathQuery { From = Select(from, map, graph), To = Select(to, map, graph) }.Run(graph);
    }

    private static string Route(AssetPath path) => string.Join(" | ", path.Hops.Select(hop => $"{hop.From.Handle} -> {hop.To.Handle} {hop.Service}"));

    [Fact]
    public void Policy_TwoRulesInARow_LetTheOfficeIntoThePlantThoughNobodyWentThere()
    {
        var map = Quiet(Rule("corporate", "dmz", "tcp/443"), Rule("dmz", "plant", "tcp/3389", "tcp/502")).Map;

        var paths = Paths(map, "10.10.0.1", "10.70.0.2", Supposition.Policy).Paths;

        Assert.Equal(
            ["10.10.0.1 -> segment:dmz tcp/443 | segment:dmz -> 10.70.0.2 tcp/3389",
                "10.10.0.1 -> segment:dmz tcp/443 | segment:dmz -> 10.70.0.2 tcp/502"], paths.Select(Route));
        Assert.All(paths,
            path => Assert.Equal((PathBasis.Permitted, false, PathCertainty.May, null), (path.Basis, path.IsWitnessed, path.Certainty, path.Grade)));
        Assert.All(paths.SelectMany(path => path.Hops), hop => Assert.Equal((HopDirection.Permitted, null), (hop.Direction, hop.Conduit)));
        Assert.Contains("permitted: dmz -> plant tcp/3389; nobody was seen to use it", paths[0].Because);
        Assert.Empty(Paths(map, "10.10.0.1", "10.70.0.2", Supposition.None).Paths);
    }

    [Fact]
    public void Policy_WhatWasSeenOutsideIt_IsNoWay()
    {
        var map = Quiet(Rule("corporate", "dmz", "tcp/443")).Talk("10.10.0.1", "10.70.0.1", "tcp/3389 rdp").Map;

        var answer = Paths(map, "kind:it", "kind:ot", Supposition.Policy);

        Assert.Empty(answer.Paths);
        Assert.Equal(Absence.NotPermitted, answer.Coverage.Absence);
    }

    [Fact]
    public void Policy_SegmentsAskedAsAWhole_AnswerWithEachPermissionOnce()
    {
        var map = Quiet(Rule("corporate", "dmz", "tcp/443", "tcp/22"), Rule("dmz", "plant", "any")).Map;

        Assert.Equal(
            ["segment:corporate -> segment:dmz tcp/22 | segment:dmz -> segment:plant any",
                "segment:corporate -> segment:dmz tcp/443 | segment:dmz -> segment:plant any"],
            Paths(map, "segment:corporate", "segment:plant", Supposition.Policy).Paths.Select(Route));
    }

    [Fact]
    public void Policy_ExpiredOrPowerlessPermission_LeadsNowhere()
    {
        var ended = Rule("corporate", "plant", "tcp/3389") with { Until = new(new DateOnly(2025, 12, 31)) };
        Assert.Empty(Paths(Quiet(ended, Rule("corporate", "plant", "udp/123")).Map, "kind:it", "kind:ot", Supposition.Policy).Paths);
    }

    /// <summary>The plant may fetch updates from the office: whoever holds the office's server feeds it, though no rule lets the office in.</summary>
    [Theory]
    [InlineData("tcp/443", true)]
    [InlineData("http", true)]
    [InlineData("tcp/*", true)]
    [InlineData("any", true)]
    [InlineData("tcp/445 smb", true)]
    [InlineData("udp/514", false)]
    [InlineData("tcp/502", false)]
    [InlineData("tcp/443 modbus", false)]
    public void Policy_PlantMayFetchFromTheOffice_IsAWayAgainstTheSession(string service, bool isWay)
    {
        var answer = Paths(Quiet(Rule("plant", "corporate", service)).Map, "10.10.0.1", "10.70.0.2", Supposition.Policy);

        Assert.Equal(isWay, answer.Paths.Length > 0);
        if (!isWay) return;
        var path = Assert.Single(answer.Paths);
        Assert.Equal((PathBasis.Permitted, PathCertainty.May), (path.Basis, path.Certainty));
        Assert.Equal((HopDirection.PermittedPull, "permitted-pull"), (path.Hops[^1].Direction, path.Hops[^1].Direction.Word()));
        Assert.Contains($"permitted: plant -> corporate {service}; nobody was seen to use it", path.Because);
        Assert.Contains(path.Because, because => because.StartsWith("pull: ", StringComparison.Ordinal));
    }

    /// <summary>As with what was observed: that an office fetches from a DMZ is its daily work.</summary>
    [Fact]
    public void Policy_OfficeMayFetch_IsNoWayIntoTheOffice() =>
        Assert.Empty(Paths(Quiet(Rule("corporate", "dmz", "tcp/443")).Map, "10.20.0.1", "10.10.0.1", Supposition.Policy).Paths);

    [Fact]
    public void Policy_MachineInTwoSegments_IsAWayThatNoRuleIsAskedOf()
    {
        var map = Quiet(Rule("corporate", "dmz", "tcp/443")).Talk("10.10.0.9", "10.10.0.2", "tcp/445 smb")
            .Talk("10.70.0.9", "10.70.0.2", "tcp/502 modbus")
            .Tell("10.10.0.9", FactKind.Name, "LAPTOP", "dhcp").Tell("10.70.0.9", FactKind.Name, "LAPTOP", "dhcp").Map;

        var path = Assert.Single(Paths(map, "10.10.0.1", "10.70.0.1", Supposition.Policy).Paths);
        var cut = Cut(map, "10.10.0.1", "10.70.0.1");

        Assert.Equal("10.10.0.1 -> 10.10.0.9 any | 10.10.0.9 -> 10.70.0.1 any", Route(path));
        Assert.Contains("permitted: inside plant the policy says nothing", path.Because);
        Assert.False(cut.IsPossible);
        Assert.Contains("LAPTOP lies in corporate and in plant", Assert.Single(cut.Obstacles), StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_Cut_NamesThePermissionsToWithdrawAndWhatUsesThem()
    {
        var map = Quiet(Rule("corporate", "dmz", "tcp/443", "tcp/22"), Rule("dmz", "plant", "tcp/502"))
            .Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 1).Talk("10.20.0.2", "10.70.0.2", "tcp/502 modbus", 2).Map;

        var graph = GraphOf(map, Supposition.Policy);
        var answer = new CutQuery { From = Select("kind:it", map, graph), To = Select("kind:ot", map, graph) }.Run(graph);

        Assert.True(answer.IsProven);
        var cut = Assert.Single(answer.Breaks);
        Assert.Equal(("dmz", "plant", "tcp/502"), (cut.Conduit.FromSegment.Name, cut.Conduit.ToSegment.Name, cut.Conduit.Service.ToString()));
        Assert.Equal(2 / (600.0 / 1440), cut.SessionsPerDay, 6);
        Assert.Contains("        ip saddr 10.20.0.0/16 ip daddr 10.70.0.0/16 tcp dport 502 counter drop",
            FirewallRules.Write(FirewallDialect.Nftables, graph.Map, CutUnit.Conduits, answer.Cut));
        Assert.Contains(" deny tcp 10.20.0.0 0.0.255.255 10.70.0.0 0.0.255.255 eq 502",
            FirewallRules.Write(FirewallDialect.Cisco, graph.Map, CutUnit.Conduits, answer.Cut));
    }

    [Fact]
    public void Policy_Choke_IsTheSegmentThatAllMustPass()
    {
        var map = Quiet(Rule("corporate", "dmz", "tcp/443"), Rule("dmz", "plant", "tcp/502")).Map;
        var graph = GraphOf(map, Supposition.Policy);

        var answer = new ChokeQuery { From = Select("kind:it", map, graph), To = Select("kind:ot", map, graph) }.Run(graph);

        Assert.Equal(("segment:dmz", 2, 1.0), (Assert.Single(answer.Points).Asset.Handle, answer.Points[0].Severs, answer.Points[0].Share));
        Assert.Equal((2, 2), (answer.Reached, answer.Sources));
    }

    [Fact]
    public void Neighbours_OfWhoWasSeenToCross_MightToo()
    {
        var map = new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp", 5).Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 9)
            .Talk("10.10.0.2", "10.10.0.3", "udp/53 dns").Map;

        var path = Paths(map, "10.10.0.2", "kind:ot", Supposition.Neighbours).Paths[0];
        var graph = GraphOf(map, Supposition.Neighbours);
        var row = ReachQuery.Run(graph, Select("10.10.0.2", map, graph), new() { Since = Site.At(7) }).Rows.Single(row =>
            row.Asset.Kind == SegmentKind.Ot);

        Assert.Equal("10.10.0.2 -> 10.20.0.1 tcp/3389 rdp | 10.20.0.1 -> 10.70.0.1 tcp/502 modbus", Route(path));
        Assert.Equal([HopDirection.Assumed, HopDirection.Session], path.Hops.Select(hop => hop.Direction));
        Assert.Equal((PathBasis.Assumed, PathCertainty.May), (path.Basis, path.Certainty));
        Assert.Contains("assumed: others of corporate were seen to use tcp/3389 rdp of 10.20.0.1", path.Because);
        Assert.Equal((PathBasis.Assumed, PathCertainty.May, 2), (row.Basis, row.Certainty, row.Hops().Length));
        Assert.Equal(Site.At(7), row.Time);     // what is assumed is so at any time
    }

    [Fact]
    public void Neighbours_OfTheOneSeen_RankBehindItAndLeaveItsWayObserved()
    {
        var map = new Site().Watch().Talk("10.10.0.1", "10.70.0.1", "tcp/3389 rdp", 5).Talk("10.10.0.2", "10.10.0.3", "udp/53 dns").Map;

        var paths = Paths(map, "kind:it", "kind:ot", Supposition.Neighbours).Paths;

        Assert.Equal(["10.10.0.1 -> 10.70.0.1 tcp/3389 rdp", "segment:corporate -> 10.70.0.1 tcp/3389 rdp"], paths.Select(Route));
        Assert.Equal([PathBasis.Witnessed, PathBasis.Assumed], paths.Select(path => path.Basis));
    }

    [Fact]
    public void Policy_AnyRules_ReachWhatAWalkFromMachineToMachineDoes() =>
        Gen.Select(Gen.Int[0, 3].Array[1, 6], Gen.Int[0, 3].Array[6], Gen.Int[0, 3]).Sample((from, to, start) =>
        {
            var rules = from.Select((segment, index) => (From: segment, To: to[index])).Where(rule => rule.From != rule.To).ToList();
            var map = EachSegment(
                new Site
                {
                    Settings =
                    new()
                    {
                        Segments = new(Site.Segments),
                        Policy = new(rules.Select(rule => Rule(Names[rule.From], Names[rule.To], "tcp/3389")))
                    }
                }).Map;
            var isReached = Closure(start, (a, b) => rules.Contains((a, b)));
            var graph = GraphOf(map, Supposition.Policy);

            var reached = ReachQuery.Run(graph, Select(Networks[start] + "1", map, graph)).Rows.Select(row => row.Asset.Address.ToString());

            Assert.Equal(
                map.Assets.Select(asset => asset.Address.ToString()).Where(address => address != Networks[start] + "1" && isReached[Of(address)])
                    .Order(), reached.Order());
        });

    [Fact]
    public void Neighbours_AnyConduits_ReachWhatWideningEachByHandDoes() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 7]).Array[0, 6].Sample(pairs =>
        {
            var site = EachSegment(new Site());
            var conduits = pairs.Select(pair => (From: Machine(pair.Item1), To: Machine(pair.Item2)))
                .Where(pair => pair.From != pair.To).Distinct().ToList();
            foreach (var (from, to) in conduits) site.Talk(from, to, "tcp/3389 rdp", 10);
            var map = site.Map;
            var graph = GraphOf(map, Supposition.Neighbours);

            var reached =
                ReachQuery.Run(graph, Select("10.10.0.2", map, graph), new() { Since = Site.At(1), OpenSessions = true }).Rows.Select(row =>
                    row.Asset.Address.ToString());

            Assert.Equal(Widened(conduits), reached.Order());
        });

    private static CutAnswer Cut(MapSnapshot map, string from, string to)
    {
        var graph = GraphOf(map, Supposition.Policy);
        return new CutQuery { From = Select(from, map, graph), To = Select(to, map, graph) }.Run(graph);
    }

    private static Site EachSegment(Site site)
    {
        foreach (var network in Networks) site.Talk(network + "1", network + "2", "udp/53 dns");
        return site.Watch();
    }

    private static string Machine(int number) => $"{Networks[number / 2]}{number % 2 + 1}";

    private static int Of(string address) => Array.FindIndex(Networks, network => address.StartsWith(network, StringComparison.Ordinal));

    private static bool[] Closure(int start, Func<int, int, bool> leads)
    {
        var isReached = new bool[Networks.Length];
        isReached[start] = true;
        for (var round = 0; round < Networks.Length; round++)
            for (var from = 0; from < Networks.Length; from++)
                for (var to = 0; to < Networks.Length; to++) isReached[to] |= isReached[from] && leads(from, to);
        return isReached;
    }

    /// <summary>All talk at one moment, so that time orders nothing; the source itself is not listed.</summary>
    private static IEnumerable<string> Widened(List<(string From, string To)> conduits)
    {
        var reached = new HashSet<string> { "10.10.0.2" };
        for (var count = 0; count != reached.Count;)
        {
            count = reached.Count;
            foreach (var (from, to) in conduits)
                if (reached.Contains(from) || (Of(from) != Of(to) && reached.Any(one => Of(one) == Of(from)))) reached.Add(to);
        }

        return reached.Except(["10.10.0.2"]).Order();
    }
}
