using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Findings;

/// <summary>EM003 and EM004.</summary>
public sealed class DirectConduitsTests
{
    private static Finding[] Of(Site site, string rule) => [.. FindingCatalog.Evaluate(site.Map).Where(finding => finding.Rule.Id == rule)];

    [Fact]
    public void Evaluate_ItHostTalksToAPlc_IsFound()
    {
        var site = new Site().Watch().Named("10.10.4.20", "ws-114").Talk("10.10.4.20", "10.70.0.7", "tcp/502 modbus").Talk("10.10.4.20", "10.70.0.8", "tcp/22 ssh");

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
}
