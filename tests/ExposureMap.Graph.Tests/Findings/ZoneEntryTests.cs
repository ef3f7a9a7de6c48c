using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Findings;

/// <summary>EM001 and EM002: what IT reaches through others.</summary>
public sealed class ZoneEntryTests
{
    private static readonly (Effect, string, bool?) Disconnect = (Effect.Control, "remote disconnect of 0.0.96.3.10.255", true);

    private static Site Attack() => new Site().Watch().Named("10.10.4.20", "ws-114")
        .Talk("10.10.4.20", "10.20.0.5", "tcp/3389 rdp,ssl", 10)
        .Talk("10.20.0.5", "10.20.0.6", "tcp/445 smb", 20)
        .Talk("10.20.0.6", "10.90.0.2", "tcp/22 ssh", 30)
        .Talk("10.90.0.2", "10.90.1.1", "tcp/4059 dlms", 5, does: (Effect.Read, "reads", true))
        .Talk("10.90.0.2", "10.90.1.7", "tcp/4059 dlms", 40, does: Disconnect);

    private static Finding[] Of(Site site, string rule, params AcceptedFinding[] accepted) =>
        [.. FindingCatalog.Evaluate(site.Map, accepted).Where(finding => finding.Rule.Id == rule)];

    [Fact]
    public void Evaluate_WalkedChainToAMeter_IsOneCriticalFindingThatNamesEveryHop()
    {
        var finding = Assert.Single(Of(Attack(), "EM001"));

        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal(
            "Corporate host ws-114 (10.10.4.20) reaches 3 metering assets (2 in the order of time) in 4 hops: rdp → smb → ssh → dlms; last hop was seen to disconnect", finding.Title);
        Assert.Equal(["10.10.4.20", "10.20.0.5", "10.20.0.6", "10.90.0.2"], finding.Hops.Select(hop => hop.From.Address.ToString()));
        Assert.Equal("10.90.1.7", finding.To.Address.ToString());
        Assert.Equal([10, 20, 30, 50], finding.Evidence.Select(evidence => evidence.FirstFrame));
        Assert.Contains(finding.Details, line => line.Contains("site.pcap frame 51", StringComparison.Ordinal));
    }

    [Fact]
    public void Evaluate_ChainInTheWrongOrder_ExistsButIsNotWitnessed()
    {
        var site = new Site().Watch()
            .Talk("10.10.4.20", "10.20.0.5", "tcp/3389 rdp", 30)
            .Talk("10.20.0.5", "10.90.0.2", "tcp/22 ssh", 20)
            .Talk("10.90.0.2", "10.90.1.7", "tcp/4059 dlms", 10, does: Disconnect);

        var finding = Assert.Single(Of(site, "EM001"));

        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.EndsWith("exists, not witnessed in that order", finding.Title, StringComparison.Ordinal);
        Assert.Contains(finding.Details,
            line => line.Contains("hop 2 (10.20.0.5 -> 10.90.0.2 tcp/22 ssh) was not used again", StringComparison.Ordinal));
    }

    [Fact]
    public void Evaluate_GravestWayIsOnPaperButAMilderOneHolds_ShowsTheOneThatHolds()
    {
        var site = new Site().Watch()
            .Talk("10.10.4.20", "10.20.0.5", "tcp/3389 rdp", 30)
            .Talk("10.20.0.5", "10.90.1.7", "tcp/4059 dlms", 10, does: Disconnect)
            .Talk("10.20.0.5", "10.90.1.8", "tcp/4059 dlms", 40, does: (Effect.Read, "reads", true));

        var finding = Assert.Single(Of(site, "EM001"));

        Assert.Equal(Severity.High, finding.Severity);
        Assert.Equal("10.90.1.8", finding.To.Address.ToString());
    }

    [Fact]
    public void Evaluate_NobodyEntersFromIt_FindsNothing() =>
        Assert.Empty(Of(new Site().Watch().Talk("10.90.0.2", "10.90.1.7", "tcp/4059 dlms").Talk("10.10.0.1", "10.20.0.5", "tcp/3389 rdp"), "EM001"));

    [Fact]
    public void Evaluate_NameServiceIsTheOnlyLink_CarriesNoPath() =>
        Assert.Empty(
            Of(new Site().Watch().Talk("10.10.4.20", "10.20.0.5", "udp/53 dns", 1).Talk("10.20.0.5", "10.70.0.7", "tcp/502 modbus", 2), "EM002"));

    [Fact]
    public void Evaluate_AttemptThatWasBlocked_CarriesNoPath() =>
        Assert.Empty(Of(
            new Site().Watch().Talk("10.10.4.20", "10.20.0.5", "tcp/22 ssh", 1, outcome: Outcome.Blocked)
                .Talk("10.20.0.5", "10.70.0.7", "tcp/502 modbus", 2), "EM002"));

    [Fact]
    public void Evaluate_ThreeHundredMetersBehindOneHeadEnd_AreOneFinding()
    {
        var site = Attack();
        for (var meter = 0; meter < 300; meter++) site.Talk("10.90.0.2", $"10.90.{2 + meter / 200}.{1 + meter % 200}", "tcp/4059 dlms", 50);

        Assert.Contains("reaches 303 metering assets", Assert.Single(Of(site, "EM001")).Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_DevicesBehindAnAddress_AreCounted()
    {
        var site = new Site().Watch()
            .Talk("10.10.4.20", "10.20.0.5", "tcp/3389 rdp", 1).Talk("10.20.0.5", "10.70.0.7", "tcp/502 modbus", 2)
            .Tell("10.70.0.7", FactKind.Device, "modbus unit 4").Tell("10.70.0.7", FactKind.Device, "modbus unit 5");

        var finding = Assert.Single(Of(site, "EM002"));

        Assert.Contains("reaches 3 OT assets", finding.Title, StringComparison.Ordinal);
        Assert.Contains("exposed: 1 asset and 2 devices behind them", finding.Details);
    }

    [Fact]
    public void Evaluate_TwoWaysIn_AreTwoFindings()
    {
        var site = new Site().Watch()
            .Talk("10.10.4.20", "10.20.0.5", "tcp/3389 rdp", 1).Talk("10.20.0.5", "10.70.0.7", "tcp/502 modbus", 2)
            .Talk("10.10.4.21", "10.20.0.6", "tcp/443 ssl", 1).Talk("10.20.0.6", "10.70.0.7", "tcp/4840 opcua", 2);

        Assert.Equal(["EM002-10.20.0.5-ot", "EM002-10.20.0.6-ot"], Of(site, "EM002").Select(finding => finding.Id).Order(StringComparer.Ordinal));
    }

    /// <summary>Jump hosts of the DMZ; the last of them writes to its PLC.</summary>
    private static Site JumpHosts(int count)
    {
        var site = new Site().Watch();
        for (var host = 1; host <= count; host++)
        {
            var does = host == count ? (Effect.Write, "writes", true) : default((Effect, string, bool?)?);
            site.Talk($"10.10.0.{host}", $"10.20.0.{host}", "tcp/3389 rdp", 1)
                .Talk($"10.20.0.{host}", $"10.70.0.{host}", "tcp/502 modbus", 2, does: does);
        }

        return site;
    }

    [Fact]
    public void Evaluate_AsManyWaysInAsAPersonReads_AreEachAFinding() => Assert.Equal(Crowd.Most, Of(JumpHosts(Crowd.Most), "EM002").Length);

    [Fact]
    public void Evaluate_ACrowdOfWaysInThroughOneSegment_IsOneFindingThatShowsTheGravest()
    {
        var finding = Assert.Single(Of(JumpHosts(30), "EM002"));

        Assert.Equal("EM002-through-dmz-ot", finding.Id);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal("IT reaches 30 OT assets through 30 hosts of dmz, 10.10.0.30 in 2 hops: rdp → modbus; last hop was seen to write",
            finding.Title);
        Assert.Equal(["10.10.0.30", "10.20.0.30"], finding.Hops.Select(hop => hop.From.Address.ToString()));
        Assert.Contains("enters through 10.20.0.30, 10.20.0.1, 10.20.0.10, 10.20.0.11, 10.20.0.12, 10.20.0.13 and 24 more of dmz", finding.Details);
    }

    [Fact]
    public void Evaluate_AWayInThatIsRareAmongTheCrowd_StaysItsOwn()
    {
        var site = JumpHosts(30).Talk("10.10.0.99", "10.20.9.9", "tcp/3389 rdp", 1).Talk("10.20.9.9", "10.60.0.9", "tcp/22 ssh", 2)
            .Talk("10.60.0.9", "10.70.0.9", "tcp/502 modbus", 3);

        Assert.Equal(["EM002-10.60.0.9-ot", "EM002-through-dmz-ot"], Of(site, "EM002").Select(finding => finding.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Evaluate_AcceptedWayInOfACrowd_HidesNoneOfTheOthers()
    {
        var accepted = new AcceptedFinding("EM002", "maintenance") { From = "10.10.0.30", To = "10.70.0.30" };

        var findings = Of(JumpHosts(30), "EM002", accepted);

        Assert.Equal(["EM002-through-dmz-ot", "EM002-10.20.0.30-ot"], findings.Select(finding => finding.Id));
        Assert.Null(findings[0].Accepted);
        Assert.Contains("through 29 hosts of dmz", findings[0].Title, StringComparison.Ordinal);
        Assert.Equal(accepted, findings[1].Accepted);
        Assert.Equal(accepted with { From = "", To = "" }, Assert.Single(Of(JumpHosts(30), "EM002", accepted with { From = "", To = "" })).Accepted);
    }

    [Fact]
    public void Evaluate_MeterThatCallsItsHeadEnd_IsReachedAgainstTheSession()
    {
        var site = new Site().Watch()
            .Talk("10.10.4.20", "10.20.0.5", "tcp/3389 rdp", 1)
            .Talk("10.90.1.7", "10.20.0.5", "tcp/4059 dlms", 2, commanded: Disconnect);

        var finding = Assert.Single(Of(site, "EM001"));

        Assert.Equal(HopDirection.Pull, finding.Hops[^1].Direction);
        Assert.Equal("10.90.1.7", finding.To.Address.ToString());
        Assert.Equal(Severity.Critical, finding.Severity);
    }

    [Fact]
    public void Evaluate_AcceptedByTheSite_SaysSoUntilTheDayHasPassed()
    {
        var until = new Until(new DateOnly(2026, 1, 1));
        var accepted = new AcceptedFinding("EM001", "vendor") { From = "10.10.4.20", To = "10.90.1.7", Until = until };

        Assert.Equal(accepted, Assert.Single(Of(Attack(), "EM001", accepted)).Accepted);
        Assert.Null(Assert.Single(Of(Attack().Watch(last: 60 * 24 + 1), "EM001", accepted)).Accepted);
        Assert.Null(Assert.Single(Of(Attack(), "EM001", accepted with { To = "10.90.1.9" })).Accepted);
        Assert.Null(Assert.Single(Of(Attack(), "EM001", accepted with { Rule = "EM002" })).Accepted);
    }

    [Theory]
    [InlineData(5, "10.10.0.66")]        // came before the jump host went on
    [InlineData(50, "10.10.0.9")]        // came too late to have done it
    public void Evaluate_AdministratorAndAnIntruderOnTheJumpHost_ShowsWhoCameAgainstThePolicyInTime(double at, string shown)
    {
        Assert.True(ServiceMatch.TryParse("tcp/3389", out var rdp));
        var admins = new Segment("admins", SegmentKind.It) { Prefixes = [Prefix.TryParse("10.10.0.0/28", out var prefix) ? prefix : default] };
        var site = new Site
        {
            Settings =
            new() { Segments = new([.. Site.Segments, admins]), Policy = new([new("admins", "dmz", [rdp]), new("dmz", "plant", [rdp])]) }
        }.Watch()
            .Talk("10.10.0.9", "10.20.0.1", "tcp/3389 rdp", 1).Talk("10.10.0.66", "10.20.0.1", "tcp/3389 rdp", at)
            .Talk("10.20.0.1", "10.70.0.1", "tcp/3389 rdp", 10);

        var finding = FindingCatalog.Evaluate(site.Map).Single(one => one.Id == "EM002-10.20.0.1-ot");

        Assert.Equal(shown, finding.From.Address.ToString());
        Assert.Contains("came there from IT: 10.10.0.9, 10.10.0.66", finding.Details);
    }
}
