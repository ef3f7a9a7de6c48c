using System.Collections.Immutable;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Findings;

/// <summary>EM005 to EM016, each with what it finds and what it leaves alone.</summary>
public sealed class RuleTests
{
    private static Finding[] Of(Site site, string rule) => [.. FindingCatalog.Evaluate(site.Map).Where(finding => finding.Rule.Id == rule)];

    private static Site New() => new Site().Watch();

    [Theory]
    [InlineData(true, Severity.Critical)]
    [InlineData(null, Severity.High)]
    [InlineData(false, Severity.Medium)]
    public void EffectsFromOutside_ByTheAnswer_WeighsDifferently(bool? accepted, Severity severity)
    {
        var finding =
            Assert.Single(
                Of(New().Talk("10.20.0.5", "10.70.0.7", "tcp/502 modbus", does: (Effect.Control, "sets coil 3 of unit 1 on", accepted)), "EM005"));

        Assert.Equal(severity, finding.Severity);
        Assert.Equal("10.20.0.5 of dmz controls 10.70.0.7 of plant over modbus", finding.Title);
        Assert.Contains(finding.Details, line => line.StartsWith("control: sets coil 3 of unit 1 on (site.pcap frame 11", StringComparison.Ordinal));
    }

    [Fact]
    public void EffectsFromOutside_DisconnectsOfManyMeters_AreOneFindingThatSaysSo()
    {
        var site = New();
        for (var meter = 1; meter <= 40; meter++)
            site.Talk("10.10.4.20", $"10.90.1.{meter}", "tcp/4059 dlms", does: (Effect.Control, "remote disconnect of 0.0.96.3.10.255", true));

        Assert.Equal("10.10.4.20 of corporate sends remote disconnects to 40 assets of ami over dlms", Assert.Single(Of(site, "EM005")).Title);
    }

    [Fact]
    public void EffectsFromOutside_CommandedOverItsOwnSession_IsFound() =>
        Assert.Equal("10.20.0.5",
            Assert.Single(
                Of(New().Talk("10.90.1.7", "10.20.0.5", "tcp/4059 dlms", commanded: (Effect.Control, "remote disconnect", true)),
                    "EM005")).From.Address.ToString());

    [Theory]
    [InlineData("10.70.0.9", Effect.Control)]
    [InlineData("10.90.0.9", Effect.Control)]
    [InlineData("10.20.0.5", Effect.Read)]
    public void EffectsFromOutside_FromInsideOrHarmless_IsNotFound(string from, Effect effect) =>
        Assert.Empty(Of(New().Talk(from, "10.70.0.7", "tcp/502 modbus", does: (effect, "does", true)), "EM005"));

    [Fact]
    public void EffectsFromOutside_TheSameMessageAgain_IsOneLineWithAllItsFrames()
    {
        var site = New();
        for (var time = 1; time <= 3; time++)
            site.Talk("10.20.0.5", "10.70.0.7", "tcp/502 modbus", at: time, does: (Effect.Write, "writes register 5", true));

        Assert.Single(Assert.Single(Of(site, "EM005")).Details, line =>
            line.StartsWith("write: writes register 5 (site.pcap frame 11", StringComparison.Ordinal)
            && line.EndsWith(", accepted), again in frames 21, 31", StringComparison.Ordinal));
    }

    /// <summary>Of inferred segments: two networks are two, though a machine of one has a foot in the other.</summary>
    [Fact]
    public void DualHomed_InTwoInferredNetworks_IsNotSaidToBeInOne()
    {
        var site = new Site { Settings = MapSettings.Default }.Talk("10.10.4.30", "10.10.4.1", "tcp/445 smb");
        for (var time = 1; time < 25; time++) site.Talk("10.70.0.30", "10.70.0.7", "tcp/502 modbus", at: time, does: (Effect.Read, "reads", true));
        foreach (var address in (string[])["10.10.4.30", "10.70.0.30"]) site.Tell(address, FactKind.OwnedBy, "02:00:00:00:00:30", "arp");

        Assert.Contains("the segments are inferred: declare them to be sure", Assert.Single(Of(site, "EM009")).Details);
    }

    [Fact]
    public void ExternalContact_EitherWay_IsFoundOncePerWay()
    {
        var site = New().Talk("203.0.113.9", "10.70.0.7", "tcp/502 modbus").Talk("203.0.113.10", "10.70.0.7", "tcp/502 modbus")
            .Talk("10.70.0.8", "198.51.100.1", "tcp/443 ssl");

        Assert.Equal(["EM006-internet-plant", "EM006-plant-internet"], Of(site, "EM006").Select(finding => finding.Id).Order(StringComparer.Ordinal));
        Assert.All(Of(site, "EM006"), finding => Assert.Equal(Severity.Critical, finding.Severity));
        Assert.Equal("EM007-plant-internet", Assert.Single(Of(site, "EM007")).Id);
    }

    [Fact]
    public void ExternalContact_OfItOrInVain_IsNotFound() =>
        Assert.Empty(
            Of(New().Talk("203.0.113.9", "10.10.0.7", "tcp/443 ssl").Talk("203.0.113.9", "10.70.0.7", "tcp/502 modbus", outcome: Outcome.Blocked),
                "EM006"));

    [Fact]
    public void ReachingOut_ToIt_IsFoundAndToTheDmzIsNot()
    {
        Assert.Equal(Severity.Medium, Assert.Single(Of(New().Talk("10.70.0.8", "10.10.0.1", "udp/53 dns"), "EM007")).Severity);
        Assert.Empty(Of(New().Talk("10.70.0.8", "10.20.0.1", "udp/53 dns"), "EM007"));
    }

    [Fact]
    public void OutsidePolicy_NothingAllowsIt_IsFoundAndALapsedRuleIsNamed()
    {
        var rule = new PolicyRule("corporate", "plant", [Match("tcp/443")]) { Until = new(new DateOnly(2025, 12, 31)) };
        var site = With(rule, new PolicyRule("dmz", "plant", [Match("modbus")]))
            .Talk("10.20.0.5", "10.70.0.7", "tcp/502 modbus").Talk("10.10.0.5", "10.70.0.7", "tcp/443 ssl")
            .Talk("10.10.0.5", "10.70.0.7", "tcp/80 http");

        var findings = Of(site, "EM008");

        Assert.Equal(["EM008-corporate-plant", "EM008-corporate-plant-lapsed"], findings.Select(finding => finding.Id).Order(StringComparer.Ordinal));
        Assert.Contains(findings, finding => finding.Title == "No rule lets corporate talk to plant over http");
        Assert.Contains(findings, finding => finding.Title == "The rule that let corporate talk to plant over ssl ended on 2025-12-31");
    }

    [Fact]
    public void OutsidePolicy_NoPolicyDeclared_FindsNothing() => Assert.Empty(Of(New().Talk("10.10.0.5", "10.70.0.7", "tcp/80 http"), "EM008"));

    [Fact]
    public void DualHomed_OneMacInItAndOt_IsFound()
    {
        var finding = Assert.Single(Of(Laptop("10.70.0.30"), "EM009"));

        Assert.Equal(Severity.High, finding.Severity);
        Assert.Equal("10.10.4.30 has a foot in corporate (IT) and in plant (OT)", finding.Title);
    }

    [Fact]
    public void DualHomed_SameZoneOrARouter_IsNotFound()
    {
        Assert.Empty(Of(Laptop("10.10.9.30"), "EM009"));
        Assert.Empty(Of(Laptop("10.70.0.30").Tell("02:00:00:00:00:30", FactKind.Router, "forwards"), "EM009"));
    }

    [Fact]
    public void DualHomed_TalksToOtFromItsOtAddress_IsAWayIn()
    {
        var finding = Assert.Single(Of(Laptop("10.70.0.30").Talk("10.70.0.30", "10.70.0.7", "tcp/502 modbus", 5), "EM002"));

        Assert.Equal("EM002-10.10.4.30-ot", finding.Id);
        Assert.StartsWith("Host 10.10.4.30 of corporate and plant reaches 1 OT asset in 1 hop", finding.Title, StringComparison.Ordinal);
        Assert.Single(finding.Hops);
    }

    /// <summary>The title names it by the address that is of the segment it names; the map knows it by its lowest.</summary>
    [Fact]
    public void EffectsFromOutside_OfAMachineWithTwoAddresses_NameTheOneThatWasUsed()
    {
        var site = New().Talk("10.70.0.30", "10.70.0.1", "udp/53 dns")
            .Talk("192.0.2.30", "10.70.0.7", "tcp/502 modbus", 5, does: (Effect.Write, "writes", true));
        foreach (var address in (string[])["10.70.0.30", "192.0.2.30"]) site.Tell(address, FactKind.OwnedBy, "02:00:00:00:00:30", "arp");

        var finding = Assert.Single(Of(site, "EM005"));

        Assert.Equal("192.0.2.30 of internet writes to 10.70.0.7 of plant over modbus", finding.Title);
        Assert.Contains("192.0.2.30 is 10.70.0.30 of plant and internet", finding.Details);
    }

    [Fact]
    public void Probing_ManyTargetsInVain_IsOneScan()
    {
        var site = New();
        for (var plc = 1; plc <= 30; plc++)
            site.Talk("10.10.4.66", $"10.70.0.{plc}", "tcp/502", outcome: plc % 2 == 0 ? Outcome.Blocked : Outcome.Rejected);

        var finding = Assert.Single(Of(site, "EM010"));

        Assert.Equal(Severity.High, finding.Severity);
        Assert.Equal("10.10.4.66 of corporate scans 30 assets of plant on 1 service, in vain", finding.Title);
        Assert.Contains("without answer 0, rejected by the target 15, blocked on the way 15", finding.Details);
    }

    [Fact]
    public void Probing_AnsweredOrFromInside_IsNotFound() =>
        Assert.Empty(
            Of(New().Talk("10.10.4.66", "10.70.0.1", "tcp/502 modbus").Talk("10.70.0.2", "10.70.0.3", "tcp/502", outcome: Outcome.Attempted),
                "EM010"));

    [Fact]
    public void PullExposure_PlantFetchesFromIt_RunsAgainstTheSession()
    {
        var finding = Assert.Single(Of(New().Talk("10.70.0.8", "10.10.0.1", "tcp/445 smb").Talk("10.70.0.9", "10.10.0.1", "tcp/80 http"), "EM011"));

        Assert.Equal("10.10.0.1", finding.From.Address.ToString());
        Assert.Equal(HopDirection.Pull, Assert.Single(finding.Hops).Direction);
        Assert.Equal("2 assets of plant fetch from 10.10.0.1 of corporate over smb, http: the way in runs against the session", finding.Title);
    }

    [Fact]
    public void PullExposure_FromTheDmzOrANameService_IsNotFound() =>
        Assert.Empty(Of(New().Talk("10.70.0.8", "10.20.0.1", "tcp/445 smb").Talk("10.70.0.8", "10.10.0.1", "udp/53 dns"), "EM011"));

    [Fact]
    public void RemoteAccess_FromItAndFromTheDmz_OnlyTheFirstIsFound()
    {
        var finding =
            Assert.Single(
                Of(New().Talk("10.10.4.20", "10.70.0.7", "tcp/3389 rdp").Talk("10.20.0.5", "10.70.0.7", "tcp/3389 rdp")
                    .Talk("10.10.4.21", "10.70.0.7", "tcp/502 modbus"), "EM012"));

        Assert.Equal("EM012-10.10.4.20-plant", finding.Id);
    }

    [Fact]
    public void ClearText_TelnetAcrossSegments_IsFound()
    {
        Assert.Equal(Severity.High, Assert.Single(Of(New().Talk("10.20.0.5", "10.70.0.7", "tcp/23 telnet"), "EM013")).Severity);
        Assert.Empty(Of(New().Talk("10.20.0.5", "10.70.0.7", "tcp/22 ssh").Talk("10.20.0.5", "10.20.0.7", "tcp/23 telnet"), "EM013"));
    }

    [Fact]
    public void ClearText_PasswordSeenInAMessage_IsFound() =>
        Assert.Contains("dlms",
            Assert.Single(
                Of(New().Talk("10.20.0.5", "10.90.0.7", "tcp/4059 dlms",
                    does: (Effect.Admin, "opens an association with a password in clear (LLS)", true)), "EM013")).Title, StringComparison.Ordinal);

    [Fact]
    public void EngineeringByOthers_AControllerProgramsAnother_IsFound() =>
        Assert.Equal("10.70.0.5 of plant programs 10.70.0.7 of plant over s7comm, but is a controller", Assert.Single(Of(
            New().Talk("10.70.0.9", "10.70.0.5", "tcp/502 modbus", 1, does: (Effect.Read, "reads", true))
                .Talk("10.70.0.5", "10.70.0.7", "tcp/102 s7comm", 2, does: (Effect.Program, "downloads a block", true)), "EM014")).Title);

    [Fact]
    public void EngineeringByOthers_NoOtherTradeKnown_AccusesNobody() =>
        Assert.Empty(Of(New().Talk("10.70.0.5", "10.70.0.7", "tcp/102 s7comm", does: (Effect.Program, "downloads a block", true)), "EM014"));

    /// <summary>Two polled controllers, and what the first one opens.</summary>
    private static Finding[] OutOfRole(string to, string service, DirectionBasis direction = DirectionBasis.Handshake)
    {
        var site = New().Talk("10.70.0.9", "10.70.0.5", "tcp/502 modbus", 1, does: (Effect.Read, "reads", true))
            .Talk("10.70.0.9", "10.70.0.5", "tcp/502 modbus", 2)
            .Talk("10.70.0.9", "10.70.0.7", "tcp/502 modbus", 1, does: (Effect.Read, "reads", true))
            .Talk("10.70.0.9", "10.70.0.7", "tcp/502 modbus", 2);
        return Of(site.Talk("10.70.0.5", to, service, 3, direction: direction), "EM016");
    }

    [Theory]
    [InlineData("10.70.0.7", "tcp/4444 ssl", Severity.High)]
    [InlineData("10.20.0.5", "tcp/3389 rdp", Severity.High)]
    [InlineData("10.20.0.5", "tcp/445 smb,svcctl", Severity.High)]
    [InlineData("10.20.0.5", "tcp/1433 tds", Severity.Medium)]
    public void OutOfRole_AControllerOpensWhatNoControllerOpens_IsFound(string to, string service, Severity severity)
    {
        var finding = Assert.Single(OutOfRole(to, service));

        Assert.Equal(severity, finding.Severity);
        Assert.StartsWith("10.70.0.5 of plant opens ", finding.Title, StringComparison.Ordinal);
        Assert.EndsWith(", but is a controller", finding.Title, StringComparison.Ordinal);
        Assert.Contains("controller: serves control protocols to 1", finding.Details);
    }

    [Theory]
    [InlineData("10.70.0.7", "tcp/502 modbus")]                       // controllers do speak with each other
    [InlineData("10.70.0.7", "tcp/802 ssl")]                          // Modbus security
    [InlineData("10.20.0.5", "tcp/443 ssl")]                          // reports home: another rule's
    [InlineData("10.70.0.7", "tcp/22")]                               // nothing was recognised
    public void OutOfRole_WhatControllersDo_IsNone(string to, string service) => Assert.Empty(OutOfRole(to, service));

    [Fact]
    public void OutOfRole_NobodyKnowsWhoOpenedIt_AccusesNobody() => Assert.Empty(OutOfRole("10.20.0.5", "tcp/3389 rdp", DirectionBasis.FirstSeen));

    [Fact]
    public void OutOfRole_AServerThatAlsoPolls_IsNoDevice() => Assert.Empty(Of(
        New().Talk("10.70.0.9", "10.70.0.5", "tcp/4840 opcua", 1, does: (Effect.Read, "reads", true))
            .Talk("10.70.0.9", "10.70.0.5", "tcp/4840 opcua", 2)
            .Talk("10.70.0.5", "10.70.0.7", "tcp/502 modbus", 2, does: (Effect.Read, "reads", true)).Talk("10.70.0.5", "10.20.0.5", "tcp/445 smb", 3),
        "EM016"));

    private static ServiceMatch Match(string text) => ServiceMatch.TryParse(text, out var match) ? match : throw new ArgumentException(text);

    private static Site With(params PolicyRule[] rules) =>
        new Site { Settings = new() { Segments = new(Site.Segments), Policy = new(rules) } }.Watch();

    private static Site Laptop(string second)
    {
        var site = New().Talk("10.10.4.30", "10.10.0.1", "tcp/445 smb").Talk(second, "10.70.0.1", "udp/53 dns");
        return site.Tell("10.10.4.30", FactKind.OwnedBy, "02:00:00:00:00:30", "arp").Tell(second, FactKind.OwnedBy, "02:00:00:00:00:30", "arp");
    }
}
