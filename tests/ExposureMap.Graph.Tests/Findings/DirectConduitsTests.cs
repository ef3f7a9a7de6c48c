using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Findings;

/// <summary>EM003 and EM004.</summary>
public sealed class DirectConduitsTests
{
    private static Finding[] Of(Site site, string rule) => [.. FindingCatalog.Evaluate(site.Map).Where(finding => finding.Rule.Id == rule)];

    [Fact]
    public void Evaluate_ItHostTalksToAPlc_IsFound()
    {
        var site = new Site().Watch().Named("10.10.4.20", "ws-114").Talk("10.10.4.20", "10.70.0.7", "tcp/502 modbus")
            .Talk("10.10.4.20", "10.70.0.8", "tcp/22 ssh");

        var finding = Assert.Single(Of(site, "EM003"));

        Assert.Equal("EM003-10.10.4.20-plant", finding.Id);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal("ws-114 (10.10.4.20) of corporate talks straight to 2 assets of plant over ssh, modbus, with no DMZ between", finding.Title);
        Assert.Empty(Of(site, "EM004"));
        Assert.Empty(Of(site, "EM002"));
    }

    [Fact]
    public void Evaluate_ItHostTalksToAMeter_IsFound() =>
        Assert.Equal(Severity.High, Assert.Single(Of(new Site().Watch().Talk("10.10.4.20", "10.90.1.7", "tcp/4059 dlms"), "EM004")).Severity);

    [Theory]
    [InlineData("10.20.0.5", Outcome.Established)]
    [InlineData("10.70.0.9", Outcome.Established)]
    [InlineData("10.10.4.20", Outcome.Attempted)]
    [InlineData("10.10.4.20", Outcome.Blocked)]
    public void Evaluate_FromElsewhereOrWithoutAnswer_IsNotFound(string from, Outcome outcome) =>
        Assert.Empty(Of(new Site().Watch().Talk(from, "10.70.0.7", "tcp/502 modbus", outcome: outcome), "EM003"));

    [Fact]
    public void Evaluate_ACrowdOfHosts_IsOneFinding()
    {
        var site = new Site().Watch();
        for (var host = 1; host <= 100; host++) site.Talk($"10.10.0.{host}", "10.70.0.7", "tcp/80 http");

        var finding = Assert.Single(Of(site, "EM003"));

        Assert.StartsWith("100 assets of corporate talk", finding.Title, StringComparison.Ordinal);
    }

    /// <summary>Ten hosts that each go to the PLC of every plant there is.</summary>
    private static Site Plants(int count)
    {
        var plants = Enumerable.Range(1, count)
            .Select(plant =>
                new Segment($"plant-{plant}",
                    SegmentKind.Ot)
                { Prefixes = [Prefix.TryParse($"10.{100 + plant}.0.0/16", out var prefix) ? prefix : default] });
        var site = new Site { Settings = new() { Segments = new([.. Site.Segments, .. plants]) } }.Watch();
        for (var host = 1; host <= 10; host++)
            for (var plant = 1; plant <= count; plant++)
                site.Talk($"10.10.0.{host}", $"10.{100 + plant}.0.7", host == 10 && plant == count ? "tcp/22 ssh" : "tcp/502 modbus");
        return site;
    }

    [Fact]
    public void Evaluate_AFewHostsIntoAFewPlants_AreAFindingForEachHostAndPlant() => Assert.Equal(20, Of(Plants(2), "EM003").Length);

    [Fact]
    public void Evaluate_ASegmentIntoManyPlants_IsOneFindingThatShowsTheGravest()
    {
        var finding = Assert.Single(Of(Plants(20), "EM003"));

        Assert.Equal("EM003-corporate-ot", finding.Id);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal("10 assets of corporate talk straight to 20 assets of 20 OT segments over ssh, modbus, with no DMZ between", finding.Title);
        Assert.Equal(("10.10.0.10", "10.120.0.7"), (finding.From.Address.ToString(), finding.To.Address.ToString()));
        Assert.Contains("in: plant-20, plant-1, plant-2, plant-3, plant-4, plant-5 and 14 more", finding.Details);
    }

    [Fact]
    public void Evaluate_AcceptedPairOfASegmentIntoManyPlants_StaysApart()
    {
        var accepted = new AcceptedFinding("EM003", "support") { From = "10.10.0.10", To = "10.120.0.7" };

        var findings = FindingCatalog.Evaluate(Plants(20).Map, [accepted]).Where(finding => finding.Rule.Id == "EM003").ToList();

        Assert.Equal(["EM003-corporate-ot", "EM003-10.10.0.10-10.120.0.7"], findings.Select(finding => finding.Id));
        Assert.Equal([Severity.High, Severity.Critical], findings.Select(finding => finding.Severity));
        Assert.Equal([null, accepted], findings.Select(finding => finding.Accepted));
    }
}
