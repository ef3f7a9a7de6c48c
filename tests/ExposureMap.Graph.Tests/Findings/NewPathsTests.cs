using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Findings;

/// <summary>What is new against a baseline, and when a path counts as no longer seen.</summary>
public sealed class NewPathsTests
{
    /// <summary>Administrators use the jump host, it uses the plant, offices use a file server.</summary>
    private static Site Usual() =>
        new Site().Watch().Talk("10.10.0.9", "10.20.0.1", "tcp/3389 rdp", 1).Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 2)
            .Talk("10.10.0.1", "10.10.0.2", "tcp/445 smb", 3);

    private static Finding[] New(Site site) =>
        [.. FindingCatalog.Evaluate(new FindingContext(site.Map) { Baseline = new("monday", Usual().Map.Record) })
            .Where(finding => finding.Rule.Id == "EM015")];

    [Fact]
    public void Evaluate_SameTrafficAgainOrWithoutABaseline_NothingIsNew()
    {
        Assert.Empty(New(Usual().Talk("10.10.0.9", "10.20.0.1", "tcp/3389 rdp,ssl", 50)));
        Assert.DoesNotContain(FindingCatalog.Evaluate(Usual().Talk("10.10.0.2", "10.20.0.1", "tcp/3389 rdp", 50).Map),
            finding => finding.Rule.Id == "EM015");
    }

    [Fact]
    public void Evaluate_AnotherOfficeHostOnTheJumpHost_IsANewWayIntoThePlant()
    {
        var finding =
            Assert.Single(New(Usual().Talk("10.10.0.2", "10.20.0.1", "tcp/3389 rdp", 50).Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 60)));

        Assert.Equal("EM015-10.10.0.2-dmz", finding.Id);
        Assert.Equal(["10.20.0.1", "10.70.0.1"], finding.Hops.Select(hop => hop.To.Address.ToString()));
        Assert.Contains("New against baseline monday: 10.10.0.2 of corporate to 10.20.0.1 of dmz over rdp, on a way from IT into OT", finding.Title,
            StringComparison.Ordinal);
        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.Equal(2, finding.Hops.Select(hop => hop.Evidence).Intersect(finding.Evidence).Count());
    }

    [Fact]
    public void Evaluate_NewConduitStraightIntoThePlant_IsHigh() =>
        Assert.Equal((Severity.High, "EM015-10.20.0.1-plant"),
            (New(Usual().Talk("10.20.0.1", "10.70.0.2", "tcp/22 ssh", 50))[0].Severity,
                New(Usual().Talk("10.20.0.1", "10.70.0.2", "tcp/22 ssh", 50))[0].Id));

    [Theory]
    [InlineData("10.10.0.1", "10.10.0.3", "tcp/445 smb")]          // inside IT
    [InlineData("10.20.0.1", "10.20.0.7", "tcp/443 ssl")]          // leads no further
    [InlineData("10.60.0.1", "10.70.0.1", "tcp/22 ssh")]           // nobody of IT gets there
    [InlineData("10.10.0.1", "10.20.0.1", "udp/53 dns")]           // gives no hold
    public void Evaluate_NewConduitOnNoWay_IsNone(string from, string to, string service) => Assert.Empty(New(Usual().Talk(from, to, service, 50)));

    [Fact]
    public void Closed_RarestPartOfThePathNotSeenForTheAge_UntilItIsSeenAgain()
    {
        Finding Entry(Site site) =>
            FindingCatalog.Evaluate(new FindingContext(site.Map) { Age = TimeSpan.FromMinutes(100) })
                .Single(finding => finding.Id == "EM002-10.20.0.1-ot");
        Site Jump() =>
            new Site().Watch(last: 200).Talk("10.10.0.9", "10.20.0.1", "tcp/3389 rdp", 1).Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 2)
                .Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 190);

        var closed = Entry(Jump());

        Assert.Equal(closed.Walkable + TimeSpan.FromMinutes(100), closed.Closed);
        Assert.Null(Entry(Jump().Talk("10.10.0.9", "10.20.0.1", "tcp/3389 rdp", 150)).Closed);
        Assert.Null(Entry(Jump().Talk("10.10.0.3", "10.20.0.1", "tcp/3389 rdp", 150)).Closed);     // another one came
    }
}
