using System.Globalization;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Findings;

public sealed class AnswersTests
{
    private static Site Base() => new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp", 10);

    private static MapSettings With(params PolicyRule[] rules) => new() { Segments = new(Site.Segments), Policy = new(rules) };

    private static PolicyRule Rule(string from, string to, string service) =>
        new(from, to, [ServiceMatch.TryParse(service, out var match) ? match : throw new ArgumentException(service)]);

    private static Incident IncidentOf(Site site, double since = 0)
    {
        var map = site.Map;
        return new(PathGraph.Of(map), [map.Assets.Single(asset => asset.Address.ToString() == "10.10.0.1").Id], Site.At(since), Timestamp.Never);
    }

    [Fact]
    public void Between_APathThatOpened_CameWithItsConduitServiceAndAsset()
    {
        var changes = MapDiff.Between(Base().Map, Base().Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 20).Map);

        Assert.Equal(["path", "conduit", "service", "asset"], changes.Select(change => change.Of));
        Assert.All(changes, change => Assert.Equal(Change.Came, change.Change));
        Assert.Equal("10.70.0.1", changes[0].To);
        Assert.All(MapDiff.Between(Base().Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 20).Map, Base().Map),
            change => Assert.Equal(Change.Went, change.Change));
    }

    [Fact]
    public void Between_TheSameSeenAgain_IsNoChange() =>
        Assert.Empty(MapDiff.Between(Base().Map, Base().Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp", 50).Map));

    [Fact]
    public void Matrix_SeenAgainstAllowed_TellsAllFour()
    {
        var site = new Site
        {
            Settings =
            With(Rule("corporate", "dmz", "tcp/3389"), Rule("dmz", "plant", "tcp/502"),
                Rule("corporate", "plant", "udp/53") with { Until = new(new(2025, 1, 1)) })
        };
        var matrix =
            new ZoneMatrix(
                site.Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp").Talk("10.10.0.1", "10.70.0.1", "tcp/502 modbus")
                    .Talk("10.10.0.1", "10.70.0.1", "udp/53 dns").Map);

        Assert.Equal(
            ["corporate dmz tcp/3389 rdp Allowed", "corporate plant udp/53 dns Lapsed", "corporate plant tcp/502 modbus Outside",
                "dmz plant tcp/502 Unused"],
            matrix.Flows.Select(flow => $"{flow.From} {flow.To} {flow.Service} {flow.Verdict}"));
    }

    [Fact]
    public void Matrix_WhatWasTurnedAway_BreaksNoRule() =>
        Assert.Empty(new ZoneMatrix(new Site().Watch().Talk("10.10.0.1", "10.70.0.1", "tcp/502 modbus", outcome: Outcome.Blocked).Map).Flows);

    [Fact]
    public void Incident_CommandAfterTheArrival_IsTheJewelsHarm()
    {
        var incident = IncidentOf(Base().Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 20, does: (Effect.Control, "sets coil 12", true)));

        var jewel = Assert.Single(incident.Jewels);
        Assert.Equal(("10.70.0.1", "sets coil 12"), (jewel.Asset.Address.ToString(), jewel.Harm?.Operation.What));
        Assert.Equal(2, jewel.Shortest!.Hops.Length);
        Assert.Contains(incident.Timeline,
            one => one.Kind == IncidentEventKind.Acted && one.Text.Contains("sets coil 12, accepted", StringComparison.Ordinal));
        Assert.True(incident.Cut.IsProven);
    }

    [Fact]
    public void Incident_CommandBeforeTheArrival_IsNotHis()
    {
        var incident = IncidentOf(Base().Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 5, does: (Effect.Control, "sets coil 12", true)));

        Assert.Empty(incident.Operations);
        Assert.Empty(incident.Jewels);
    }

    [Fact]
    public void Incident_OnlyWhatLeadsSomewhere_CountsAsTried()
    {
        var incident =
            IncidentOf(Base().Talk("10.10.0.1", "10.70.0.1", "tcp/502 modbus", 15, outcome: Outcome.Blocked)
                .Talk("10.10.0.1", "10.70.0.1", "udp/514 syslog", 16, outcome: Outcome.Attempted));

        Assert.Equal((1L, "tcp/502 modbus"), (Assert.Single(incident.Denied).Blocked, incident.Denied[0].Services));
    }

    [Fact]
    public void Page_MoreInReachThanItShows_KeepsTheGravestInTheOrderOfTimeAndCountsTheRest()
    {
        var site = Base();
        for (var i = 1; i <= 60; i++)
            site.Talk("10.10.0.1", $"10.10.1.{i}", "tcp/3389 rdp", 12).Talk("10.20.0.1", $"10.90.0.{i}", "tcp/4059 dlms", 13);
        for (var i = 1; i <= 9; i++)
            site.Talk("10.20.0.1", $"10.70.0.{i}", "tcp/502 modbus", 20 + i, does: i == 9 ? (Effect.Control, "sets coil 12", true) : null);
        var incident = IncidentOf(site);
        var page = new StringWriter(CultureInfo.InvariantCulture);
        new IncidentPage(page, incident).Write("");

        var shown = incident.Gravest(40);
        Assert.Equal(40, shown.Length);
        Assert.Equal(shown.OrderBy(row => row.Time).Select(row => row.Asset.Id), shown.Select(row => row.Asset.Id));
        Assert.Equal(9, shown.Count(row => row.Asset.Kind == SegmentKind.Ot));
        Assert.Equal(5, shown.Count(row => row.Asset.Kind == SegmentKind.Metering && row.Asset.Address.ToString() != "10.20.0.1"));
        Assert.Contains("10.70.0.9", incident.Jewels.Select(jewel => jewel.Asset.Address.ToString()));
        Assert.Equal([("ami", 55), ("plant", 4)], incident.JewelsLeftOut.Order());
        Assert.Contains("90 more in reach are left out (55 of ami, 35 of corporate)", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("59 more in reach are left out", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_HostileNames_AreTextAndNothingElse()
    {
        const string Hostile = "<script>alert('x')</script>\"&\u202E";
        var page = new StringWriter(CultureInfo.InvariantCulture);
        new IncidentPage(page,
            IncidentOf(Base().Named("10.10.0.1", Hostile).Named("10.70.0.1", Hostile)
                .Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 20, does: (Effect.Control, Hostile, true)))).Write("");

        Assert.DoesNotContain("<script", page.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\u202E", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_NothingInReach_SaysSoAndWhatThatIsWorth()
    {
        var page = new StringWriter(CultureInfo.InvariantCulture);
        new IncidentPage(page, IncidentOf(Base(), since: 500)).Write("");

        Assert.Contains("No machine was seen to be in reach of", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("No control system, meter, head-end or domain controller was in reach.", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void MatrixPages_AreWellFormed()
    {
        var matrix =
            new ZoneMatrix(
                new Site { Settings = With(Rule("corporate", "dmz", "tcp/3389") with { Because = "a <b> & \"c\"" }) }.Watch()
                    .Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp").Map);
        var (svg, html) = (new StringWriter(CultureInfo.InvariantCulture), new StringWriter(CultureInfo.InvariantCulture));
        MatrixWriter.WriteSvg(svg, matrix);
        MatrixWriter.WriteHtml(html, matrix);

        Assert.Equal("svg", System.Xml.Linq.XDocument.Parse(svg.ToString()).Root!.Name.LocalName);
        Assert.Contains("a &lt;b&gt; &amp; &quot;c&quot;", html.ToString(), StringComparison.Ordinal);
    }
}
