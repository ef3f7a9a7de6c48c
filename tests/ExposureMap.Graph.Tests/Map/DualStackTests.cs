using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>Machines with an IPv4 and an IPv6 address, at a site that declared no segments.</summary>
public sealed class DualStackTests
{
    private readonly Site _site = new() { Settings = MapSettings.Default };

    private static string Mac(int machine) => $"02:00:00:00:00:{machine:x2}";

    private static Segment SegmentOf(MapSnapshot map, string address) =>
        map.Segments.Find(Address.TryParse(address, out var parsed) ? parsed : throw new ArgumentException(address));

    private static string[] DualHomed(MapSnapshot map) =>
        [.. FindingCatalog.Evaluate(map).Where(finding => finding.Rule.Id == "EM009").Select(finding => finding.From!.Address.ToString())];

    /// <summary>A machine that claims each of its addresses from its MAC.</summary>
    private DualStackTests Machine(int number, params string[] addresses)
    {
        foreach (var address in addresses)
            _site.Tell(address, FactKind.OwnedBy, Mac(number), address.Contains(':', StringComparison.Ordinal) ? "ndp" : "arp");
        return this;
    }

    private DualStackTests Office(string from, string to)
    {
        _site.Talk(from, to, "tcp/445 smb");
        return this;
    }

    private DualStackTests Polls(string from, string to)
    {
        for (var time = 0; time < 25; time++) _site.Talk(from, to, "tcp/502 modbus", at: time, does: (Effect.Read, "reads", null));
        return this;
    }

    /// <summary>Two controllers with both families and their poller, and an office beside.</summary>
    private DualStackTests Plant()
    {
        Machine(1, "10.0.9.1", "fd00:9::1").Machine(2, "10.0.9.2", "fd00:9::2").Machine(3, "10.0.9.3", "fd00:9::3");
        Polls("10.0.9.1", "10.0.9.2").Polls("10.0.9.1", "10.0.9.3").Office("fd00:9::1", "fd00:9::2").Office("fd00:9::2", "fd00:9::3");
        return Machine(21, "10.0.20.1").Machine(22, "10.0.20.2").Office("10.0.20.1", "10.0.20.2");
    }

    [Fact]
    public void Infer_MostMachinesInBothPrefixes_OneSegmentThatSaysSo()
    {
        var map = Plant()._site.Map;
        var segment = SegmentOf(map, "10.0.9.2");

        Assert.Same(segment, SegmentOf(map, "fd00:9::2"));
        Assert.Equal((SegmentKind.Ot, "10.0.9.0/24"), (segment.Kind, segment.Name));
        Assert.Equal(["10.0.9.0/24", "fd00:9::/64"], segment.Prefixes.Select(prefix => prefix.ToString()));
        Assert.Contains("fd00:9::/64 on the same machines: 3 of 3", segment.Witnesses);
        Assert.Empty(DualHomed(map));
    }

    /// <summary>One IPv6 prefix for the whole site: each address is where its machine is.</summary>
    [Fact]
    public void Infer_OnePrefixBesideMany_AddressesGoWithTheirMachines()
    {
        Machine(1, "10.0.9.1", "fd00::1").Machine(2, "10.0.9.2", "fd00::2").Machine(3, "10.0.20.1", "fd00::3").Machine(4, "10.0.20.2", "fd00::4");
        Polls("10.0.9.1", "10.0.9.2").Office("10.0.20.1", "10.0.20.2").Office("fd00::1", "fd00::2").Office("fd00::3", "fd00::4")
            .Office("fd00::5", "fd00::3");
        var map = _site.Map;

        Assert.Equal(["10.0.9.0/24", "10.0.9.0/24", "10.0.20.0/24", "10.0.20.0/24", "fd00::/64"],
            ((string[])["fd00::1", "fd00::2", "fd00::3", "fd00::4", "fd00::5"]).Select(address => SegmentOf(map, address).Name));
        Assert.Contains("2 of fd00::/64 on the same machines", SegmentOf(map, "10.0.9.1").Witnesses);
        Assert.Empty(DualHomed(map));
    }

    [Fact]
    public void Infer_MachineWithTwoIPv4Networks_IsStillDualHomed() =>
        Assert.Equal(["10.0.9.4"],
            DualHomed(Plant().Machine(4, "10.0.9.4", "10.0.20.4", "fd00:9::4").Office("10.0.20.4", "10.0.20.1").Polls("10.0.9.4", "10.0.9.2")
                .Office("fd00:9::4", "fd00:9::1")._site.Map));

    [Fact]
    public void Infer_MachineWithAnIPv6AddressAmongOthersMachines_IsDualHomed() =>
        Assert.Equal(["10.0.20.4"],
            DualHomed(Plant().Machine(4, "10.0.20.4", "fd00:9::4").Office("10.0.20.4", "10.0.20.1").Polls("fd00:9::4", "fd00:9::2")._site.Map));

    /// <summary>A network that only speaks IPv6 is a network of its own, and who reaches into it from another one has a foot in each.</summary>
    [Fact]
    public void Infer_PrefixOfOtherMachines_StaysASegment()
    {
        var map = Polls("fd00:7::1", "fd00:7::2").Machine(1, "10.0.20.1", "fd00:7::1").Office("10.0.20.1", "10.0.20.2")
            .Polls("fd00:7::1", "fd00:7::3")._site.Map;

        Assert.Equal(("fd00:7::/64", SegmentKind.Ot), (SegmentOf(map, "fd00:7::2").Name, SegmentOf(map, "fd00:7::2").Kind));
        Assert.Equal(["10.0.20.1"], DualHomed(map));
    }

    /// <summary>The same MAC on two VLANs of a trunk is one machine on two wires.</summary>
    [Fact]
    public void Infer_OtherVlan_IsAnotherNetwork()
    {
        var live = new LiveMap();
        void Claim(string address, int vlan) =>
            live.OnFact(
                new(Address.TryParse(address, out var parsed) ? parsed : default, FactKind.OwnedBy, Mac(1), "arp", Certainty.Own,
                    new("a", 1, 1, Site.Midnight, Site.Midnight), vlan));
        Claim("10.0.20.1", 20);
        Claim("fd00:7::1", 7);
        live.OnConversation(Site.Conversation(1, "10.0.20.1", "10.0.20.2", 1), null);
        live.OnConversation(Site.Conversation(2, "fd00:7::1", "fd00:7::1", 1), null);
        var map = new MapSnapshot(live.Freeze(), MapSettings.Default);

        Assert.NotSame(SegmentOf(map, "10.0.20.1"), SegmentOf(map, "fd00:7::1"));
    }

    [Fact]
    public void Segments_Declared_StayAsDeclared()
    {
        var declared = new Segment("office", SegmentKind.It) { Prefixes = [Prefix.TryParse("10.0.9.0/24", out var prefix) ? prefix : default] };
        var map = new MapSnapshot(Plant()._site.Map.Record, new() { Segments = new([declared]) });

        Assert.Equal(["office", "unknown"], ((string[])["10.0.9.2", "fd00:9::2"]).Select(address => SegmentOf(map, address).Name));
    }
}
