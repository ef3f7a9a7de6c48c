using System.Collections.Immutable;
using CsCheck;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Segments;

public class SegmentPolicyTests
{
    private static readonly Segment Corporate = new("corporate", SegmentKind.It);
    private static readonly Segment Plant = new("plant", SegmentKind.Ot);
    private static readonly Service Modbus = new(Transport.Tcp, 502, "modbus");

    [Theory]
    [InlineData("any", "tcp", 502, "modbus", true)]
    [InlineData("tcp/502", "tcp", 502, "modbus", true)]
    [InlineData("tcp/502", "udp", 502, "modbus", false)]
    [InlineData("tcp/502", "tcp", 503, "modbus", false)]
    [InlineData("tcp/502 modbus", "tcp", 502, "ssh", false)]
    [InlineData("tcp/502 modbus", "tcp", 502, "", false)]
    [InlineData("modbus", "tcp", 5020, "modbus", true)]
    [InlineData("cip", "tcp", 44818, "enip,cip", true)]
    [InlineData("enip,cip", "tcp", 44818, "enip,cip", true)]
    [InlineData("bus", "tcp", 502, "modbus", false)]
    [InlineData("udp/*", "udp", 20000, "dnp3", true)]
    [InlineData("udp/*", "tcp", 20000, "dnp3", false)]
    [InlineData("udp/* dnp3", "udp", 53, "dns", false)]
    [InlineData("tcp/49152-65535", "tcp", 49152, "dce_rpc", true)]
    [InlineData("tcp/49152-65535", "tcp", 49151, "dce_rpc", false)]
    [InlineData("icmp", "icmp", 0, "", true)]
    [InlineData("ether/0x88b8", "ether", 0x88b8, "goose", true)]
    [InlineData("ip/47", "ip", 47, "", true)]
    public void Matches_Service_OnlyWhenEveryPartFits(string text, string transport, int port, string name, bool expected)
    {
        Assert.True(ServiceMatch.TryParse(text, out var match));
        Assert.Equal(expected, match.Matches(new(TransportOf(transport), (ushort)port, name)));
        Assert.Equal(text, match.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("tcp/")]
    [InlineData("tcp/65536")]
    [InlineData("tcp/-1")]
    [InlineData("tcp/9-3")]
    [InlineData("tcp/1-2-3")]
    [InlineData("tcp/443 ")]
    [InlineData("tcp/443 https tls")]
    [InlineData("http/80")]
    [InlineData("Modbus")]
    [InlineData("tcp:443")]
    public void TryParse_NoService_IsRefused(string? text) => Assert.False(ServiceMatch.TryParse(text, out _));

    [Fact]
    public void TryParse_WhatAServiceWrites_MatchesThatService() =>
        Gen.Select(Gen.Enum<Transport>(), Gen.UShort, Gen.Int[0, 3]).Sample((transport, port, name) =>
        {
            var service = new Service(transport, port, new[] { "", "modbus", "enip,cip", "iec62056-21" }[name]);
            Assert.True(ServiceMatch.TryParse(service.ToString(), out var match), service.ToString());
            Assert.True(match.Matches(service), service.ToString());
        });

    [Fact]
    public void Allowing_RuleOfTheOtherDirection_DoesNotCount()
    {
        var policy = Declare(new PolicyRule("plant", "corporate", [ServiceMatch.Any]));

        Assert.NotNull(policy.Allowing(Plant, Corporate, Modbus, At("2026-06-01")));
        Assert.Null(policy.Allowing(Corporate, Plant, Modbus, At("2026-06-01")));
    }

    [Fact]
    public void Allowing_AfterTheLastDay_NamesTheLapsedRule()
    {
        var rule = new PolicyRule("corporate", "plant", [ServiceMatch.Any]) { Until = new(new(2026, 3, 31)) };
        var policy = Declare(rule);

        Assert.Same(rule, policy.Allowing(Corporate, Plant, Modbus, At("2026-03-31T23:59:59Z")));
        Assert.Null(policy.Lapsed(Corporate, Plant, Modbus, At("2026-03-31T23:59:59Z")));
        Assert.Null(policy.Allowing(Corporate, Plant, Modbus, At("2026-04-01")));
        Assert.Same(rule, policy.Lapsed(Corporate, Plant, Modbus, At("2026-04-01")));
    }

    [Fact]
    public void IsDeclared_NoRules_SaysThatThereIsNoPolicy()
    {
        Assert.False(SegmentPolicy.Undeclared.IsDeclared);
        Assert.Null(SegmentPolicy.Undeclared.Allowing(Corporate, Plant, Modbus, At("2026-06-01")));
    }

    private static SegmentPolicy Declare(params PolicyRule[] rules) => new(rules);

    private static Timestamp At(string text) => Timestamp.From(DateTimeOffset.Parse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal));

    private static Transport TransportOf(string word) =>
        Enum.GetValues<Transport>().First(transport => new Service(transport, 0, "").TransportWord == word);
}
