using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ExposureMap.Configuration;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Tests.Configuration;

public sealed class PolicyFileTests
{
    private static readonly ImmutableArray<Segment> Segments =
    [
        new("office", SegmentKind.It) { Prefixes = [Prefix.TryParse("10.10.0.0/16", out var it) ? it : default] },
        new("plant", SegmentKind.Ot) { Prefixes = [Prefix.TryParse("10.70.0.0/16", out var ot) ? ot : default] },
    ];

    private static MapSnapshot Map(SegmentPolicy policy)
    {
        var live = new LiveMap();
        foreach (var (number, port, name) in new[] { (1, 502, "modbus"), (2, 7001, ""), (3, 9999, "homegrown") })
        {
            live.OnConversation(new()
            {
                Number = number,
                Transport = Transport.Tcp,
                Originator = new(Address.IPv4(0x0A0A0001), 40000),
                Responder = new(Address.IPv4(0x0A460001), (ushort)port),
                Service = name,
                Outcome = Outcome.Established,
                DirectionBasis = DirectionBasis.Handshake,
                Start = Timestamp.FromUnix(1000, 0),
                Arrival = Timestamp.FromUnix(1001, 0),
                End = Timestamp.FromUnix(1002, 0),
                Evidence = new("x.pcap", 1, 2, Timestamp.FromUnix(1000, 0), Timestamp.FromUnix(1002, 0)),
            }, null);
        }

        return new(live.Freeze(), new() { Segments = new(Segments), Policy = policy });
    }

    [Fact]
    public void Write_WhatWasSeen_LoadsAgainAndAllowsAllOfIt()
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        PolicyFile.Write(text, Segments, new ZoneMatrix(Map(SegmentPolicy.Undeclared)));

        var loaded = ConfigurationFile.Read("suggested.yaml", Encoding.UTF8.GetBytes(text.ToString()));

        Assert.Empty(loaded.Errors);
        Assert.All(new ZoneMatrix(Map(loaded.Configuration!.Policy)).Flows, flow => Assert.Equal(PolicyVerdict.Allowed, flow.Verdict));
        Assert.Contains("# LOOKS WRONG: straight from it into ot", text.ToString(), StringComparison.Ordinal);
    }
}
