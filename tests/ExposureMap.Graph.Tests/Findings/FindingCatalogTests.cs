using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Findings;

public sealed class FindingCatalogTests
{
    [Fact]
    public void Rules_AllInTheAssembly_AreListedOnceAndDocumented()
    {
        var types = typeof(IFindingRule).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IFindingRule)));

        Assert.Equal(types.Select(type => type.Name).Order(StringComparer.Ordinal),
            FindingCatalog.Rules.Select(rule => rule.GetType().Name).Order(StringComparer.Ordinal));
        Assert.Equal(FindingCatalog.Rules.Length, FindingCatalog.Rules.DistinctBy(rule => rule.Id).Count());
        Assert.All(FindingCatalog.Rules, rule =>
        {
            Assert.Matches("^EM[0-9]{3}$", rule.Id);
            Assert.NotEmpty(rule.Title);
            Assert.NotEmpty(rule.Why);
            Assert.NotEmpty(rule.Remedy);
            Assert.NotEmpty(rule.Requirements);
            Assert.Same(rule, FindingCatalog.Find(rule.Id));
        });
    }

    [Fact]
    public void Evaluate_EmptyMap_FindsNothing() => Assert.Empty(FindingCatalog.Evaluate(new Site().Map));

    [Fact]
    public void Evaluate_SameMapTwice_SameFindingsWorstFirstAndAcceptedLast()
    {
        var site = new Site().Watch().Talk("10.10.4.20", "10.70.0.7", "tcp/22 ssh").Talk("10.10.4.21", "10.70.0.7", "tcp/502 modbus")
            .Talk("203.0.113.9", "10.90.0.1", "udp/123 ntp");
        var accepted = new AcceptedFinding("EM003", "known") { From = "10.10.4.20" };

        var findings = FindingCatalog.Evaluate(site.Map, [accepted]);

        Assert.Equal(findings.Select(finding => finding.Title), FindingCatalog.Evaluate(site.Map, [accepted]).Select(finding => finding.Title));
        Assert.Equal(findings.Length, findings.DistinctBy(finding => finding.Id).Count());
        var open = findings.TakeWhile(finding => finding.Accepted is null).ToArray();
        Assert.Equal(open.OrderByDescending(finding => finding.Severity).Select(finding => finding.Severity),
            open.Select(finding => finding.Severity));
        Assert.Equal("EM003-10.10.4.20-10.70.0.7", Assert.Single(findings.Skip(open.Length)).Id);
    }

    [Fact]
    public void Warnings_AcceptancesThatLapsedOrMatchNothing_AreNamedAndOthersAreNot()
    {
        var map = new Site().Watch().Talk("10.10.4.20", "10.70.0.7", "tcp/22 ssh").Map;
        AcceptedFinding[] accepted =
        [
            new("EM003", "known") { From = "10.10.4.20" }, new("EM003", "gone") { From = "10.10.4.99" },
            new("EM003", "old") { From = "10.10.4.20", Until = new(new(2025, 12, 31)) },
            new("EM003", "today") { From = "10.10.4.98", Until = new(new(2026, 1, 1)) },
        ];

        var warnings = AcceptanceWarning.Of(map, accepted, FindingCatalog.Evaluate(map, accepted));

        Assert.Equal(["old True", "gone False", "today False"], warnings.Select(one => $"{one.Accepted.Because} {one.IsLapsed}"));
        Assert.Empty(AcceptanceWarning.Of(new Site().Map, accepted[..2], []));
    }
}
