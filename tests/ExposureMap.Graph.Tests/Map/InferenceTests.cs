using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>Segments for a site that declared none, and roles (protocols.md, section D).</summary>
public sealed class InferenceTests
{
    private static Site Undeclared() => new() { Settings = MapSettings.Default };

    private static Segment SegmentOf(MapSnapshot map, string address) =>
        map.Assets.First(asset => asset.Addresses.Any(one => one.ToString() == address)).Segment;

    private static AssetRole? Role(MapSnapshot map, string address, string role) =>
        map.Assets.First(asset => asset.Addresses.Any(one => one.ToString() == address)).Roles.FirstOrDefault(one => one.Name == role);

    private static Site Read(Site site, string from, string to, int times = 25)
    {
        for (var time = 0; time < times; time++) site.Talk(from, to, "tcp/502 modbus", at: time, does: (Effect.Read, "reads", null));
        return site;
    }

    [Fact]
    public void Infer_NetworkOfControllers_IsOtAndSaysWhy()
    {
        var segment = SegmentOf(Read(Undeclared(), "10.70.0.9", "10.70.0.5").Map, "10.70.0.5");

        Assert.Equal((SegmentKind.Ot, true, "10.70.0.0/24"), (segment.Kind, segment.Inferred, segment.Name));
        Assert.NotEmpty(segment.Witnesses);
    }

    [Fact]
    public void Infer_NetworkOfMeters_IsMetering() =>
        Assert.Equal(SegmentKind.Metering, SegmentOf(Undeclared().Talk("10.90.0.9", "10.90.0.5", "tcp/4059 dlms").Map, "10.90.0.5").Kind);

    [Fact]
    public void Infer_NetworkOfOfficeMachines_IsIt() =>
        Assert.Equal(SegmentKind.It, SegmentOf(Undeclared().Talk("10.10.0.9", "10.10.0.5", "tcp/445 smb").Map, "10.10.0.5").Kind);

    [Fact]
    public void Infer_PublicAddress_IsExternal() =>
        Assert.Equal(SegmentKind.External, SegmentOf(Undeclared().Talk("10.10.0.9", "198.51.100.5", "tcp/443 ssl").Map, "198.51.100.5").Kind);

    /// <summary>
    /// A plant on public addresses: who sends without a hop from a MAC of its own is no machine of the Internet; who comes over a gateway is.
    /// </summary>
    [Fact]
    public void Infer_PublicAddressOfMachineOnTheLink_IsOfTheSite()
    {
        var map = Read(Undeclared(), "198.51.100.9", "198.51.100.5").Talk("203.0.113.7", "198.51.100.9", "tcp/443 ssl")
            .Tell("198.51.100.9", FactKind.SentBy, "02:00:00:00:00:09 0", "ip")
            .Tell("203.0.113.7", FactKind.SentBy, "02:00:00:00:00:01 12", "ip").Tell("203.0.113.8", FactKind.SentBy, "02:00:00:00:00:01 0", "ip").Map;

        Assert.Equal(("198.51.100.0/24", SegmentKind.Ot), (SegmentOf(map, "198.51.100.5").Name, SegmentOf(map, "198.51.100.9").Kind));
        Assert.Equal(SegmentKind.External, SegmentOf(map, "203.0.113.7").Kind);
    }

    /// <summary>An office machine that visits a controller once is no control machine; one that polls it is.</summary>
    [Fact]
    public void Infer_MixedNetwork_ControllersAndPollersAreASegmentOfTheirOwn()
    {
        var map = Read(Undeclared(), "10.10.0.9", "10.10.0.5").Talk("10.10.0.20", "10.10.0.5", "tcp/502 modbus")
            .Talk("10.10.0.20", "10.10.0.21", "tcp/445 smb").Map;

        Assert.Equal([SegmentKind.Ot, SegmentKind.Ot, SegmentKind.It, SegmentKind.It],
            ((string[])["10.10.0.5", "10.10.0.9", "10.10.0.20", "10.10.0.21"]).Select(address => SegmentOf(map, address).Kind));
    }

    [Fact]
    public void Infer_DhcpMask_IsTheSegmentsPrefix() =>
        Assert.Equal("10.10.0.0/20",
            SegmentOf(Undeclared().Talk("10.10.0.9", "10.10.7.5", "tcp/445 smb").Tell("10.10.0.9", FactKind.Network, "10.10.0.0/20", "dhcp").Map,
                "10.10.7.5").Name);

    /// <summary>Nobody asks by ARP for what is behind a router: whoever does, and is answered, shares a link, whatever /24 they are in.</summary>
    [Fact]
    public void Infer_ArpAcrossTheUsualMask_IsOneNetworkThatSaysSo()
    {
        var segment =
            SegmentOf(Arp(Arp(Undeclared().Talk("10.10.0.9", "10.10.1.5", "tcp/445 smb"), "10.10.0.9", 9), "10.10.1.5", 5).Map, "10.10.1.5");

        Assert.Equal("10.10.0.0/23", segment.Name);
        Assert.Contains("asked for each other by ARP: 10.10.0.9 and 10.10.1.5", segment.Witnesses);
    }

    /// <summary>One wrong mask, or one scan, makes no network; nor does a router that answers for what is behind it.</summary>
    [Fact]
    public void Infer_ArpOfOneSideOrOfAProxy_IsNoNetwork()
    {
        Assert.Equal("10.10.1.0/24",
            SegmentOf(Arp(Undeclared().Talk("10.10.0.9", "10.10.1.5", "tcp/445 smb"), "10.10.0.9", 9).Map, "10.10.1.5").Name);

        var proxied = Arp(Undeclared().Talk("10.10.0.9", "10.10.1.5", "tcp/445 smb"), "10.10.0.9", 9);
        foreach (var behind in (string[])["10.10.1.5", "10.10.1.6", "10.10.1.7"]) Arp(proxied, behind, 1);
        Assert.Equal("10.10.1.0/24", SegmentOf(proxied.Map, "10.10.1.5").Name);
    }

    [Fact]
    public void Infer_Gateway_IsAWitness() => Assert.Contains("gateway 10.10.0.1", SegmentOf(
        Undeclared().Talk("10.10.0.9", "10.10.0.5", "tcp/445 smb").Talk("10.10.0.9", "10.10.0.1", "udp/53 dns")
            .Tell("10.10.0.1", FactKind.Role, "router", "dhcp").Map, "10.10.0.5").Witnesses);

    [Fact]
    public void Infer_DistanceByTtl_IsAWitness()
    {
        var site = Undeclared().Talk("10.10.0.9", "10.10.0.5", "tcp/445 smb").Talk("10.10.0.9", "10.30.0.5", "tcp/445 smb")
            .Tell("10.10.0.9", FactKind.SentBy, "02:00:00:00:00:09 0", "ethernet")
            .Tell("10.30.0.5", FactKind.SentBy, "02:00:00:00:00:01 2", "ethernet");

        Assert.Contains("on a watched link, by TTL", SegmentOf(site.Map, "10.10.0.5").Witnesses);
        Assert.Contains("2 hops from a watched link, by TTL", SegmentOf(site.Map, "10.30.0.5").Witnesses);
    }

    /// <summary>Two VLANs with a range each are two networks, as far apart as the addresses that were seen allow.</summary>
    [Fact]
    public void Infer_VlansWithRangesOfTheirOwn_AreNetworksOfTheirOwn()
    {
        var site = Undeclared().Talk("10.10.0.9", "10.10.0.70", "tcp/445 smb").Talk("10.10.0.200", "10.10.0.210", "tcp/445 smb")
            .Talk("10.10.0.130", "10.10.0.9", "tcp/445 smb");
        foreach (var (address, vlan) in ((string, int)[])[("10.10.0.9", 10), ("10.10.0.70", 10), ("10.10.0.200", 20), ("10.10.0.210", 20)])
            Claim(site, address, vlan, address.Length);
        var map = site.Map;

        Assert.Equal(["10.10.0.0/25", "10.10.0.128/25", "10.10.0.128/25"],
            ((string[])["10.10.0.70", "10.10.0.200", "10.10.0.130"]).Select(address => SegmentOf(map, address).Name));
        Assert.Contains("VLAN 20, other VLANs beside it in 10.10.0.0/24", SegmentOf(map, "10.10.0.200").Witnesses);
    }

    /// <summary>An office and a plant with the same addresses: the office machine is none of the plant's.</summary>
    [Fact]
    public void Infer_SameAddressesInTwoVlans_AreTwoSegments()
    {
        var live = new LiveMap();
        Claim(live, "10.10.0.5", 10, 1);
        Claim(live, "10.10.0.6", 10, 2);
        Claim(live, "10.10.0.5", 20, 3);
        Claim(live, "10.10.0.6", 20, 4);
        live.OnConversation(Site.Conversation(1, "10.10.0.5", "10.10.0.6", 1) with { Vlan = 10 }, null);
        for (var number = 2; number < 30; number++)
            live.OnConversation(
                Site.Conversation(number, "10.10.0.5", "10.10.0.6", number) with
                {
                    Vlan = 20,
                    Service = "modbus",
                    Responder = new(Parse("10.10.0.6"), 502)
                }, null);
        var map = new MapSnapshot(live.Freeze(), MapSettings.Default);

        Assert.Equal(["10.10.0.0/24 it", "10.10.0.0/24 it", "vlan-20 ot", "vlan-20 ot"],
            map.Assets.Where(asset => asset.Address.IsIp).Select(asset => $"{asset.Segment.Name} {asset.Kind.Word()}").Order(StringComparer.Ordinal));
    }

    /// <summary>Many controllers in a row among office machines are told by prefixes that hold none of those.</summary>
    [Fact]
    public void Infer_ManyControllersInAMixedNetwork_AreToldByPrefixes()
    {
        var site = Undeclared().Talk("10.10.0.20", "10.10.0.21", "tcp/445 smb");
        for (var plc = 128; plc < 178; plc++) Read(site, "10.10.0.200", $"10.10.0.{plc}");
        var segment = SegmentOf(site.Map, "10.10.0.130");

        Assert.Equal(["10.10.0.128/25"], segment.Prefixes.Select(prefix => prefix.ToString()));
        Assert.Equal(SegmentKind.It, SegmentOf(site.Map, "10.10.0.20").Kind);
    }

    /// <summary>
    /// An IED that only publishes GOOSE has no address but its MAC. A machine with an IP address is where that is; who only looks for devices need
    /// not be one.
    /// </summary>
    [Fact]
    public void Infer_MachinesThatSpeakControlOnTheLinkOnly_AreOt()
    {
        var live = new LiveMap();
        Publish(live, 1, "02:00:00:00:00:01", "01:0c:cd:01:00:01", "goose", 0x88B8);
        Publish(live, 2, "02:00:00:00:00:02", "01:0c:cd:01:00:01", "goose", 0x88B8);
        Publish(live, 3, "02:00:00:00:00:03", "01:0e:cf:00:00:00", "profinet-dcp", 0x8892);
        Claim(live, "10.10.0.5", -1, 2);
        live.OnConversation(Site.Conversation(4, "10.10.0.5", "10.10.0.6", 4), null);
        var map = new MapSnapshot(live.Freeze(), MapSettings.Default);

        Assert.Equal(["02:00:00:00:00:01 ot", "02:00:00:00:00:03 unknown", "10.10.0.5 it", "10.10.0.6 it"],
            map.Assets.Select(asset => $"{asset.Address} {asset.Kind.Word()}").Order(StringComparer.Ordinal));
    }

    private static void Publish(LiveMap live, long number, string mac, string group, string service, ushort etherType) => live.OnConversation(
        Site.Conversation(number, mac, group, number) with
        {
            Transport = Transport.Ethernet,
            Originator = new(Parse(mac), 0),
            Responder = new(Parse(group), etherType),
            Service = service,
            Outcome = Outcome.OneWay,
            Arrival = Timestamp.Never,
        }, null);

    private static Address Parse(string text) => Address.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static Site Arp(Site site, string address, int machine) =>
        site.Tell(address, FactKind.OnLink, $"10.10.0.0/23 02:00:00:00:00:{machine:x2}", "arp");

    private static void Claim(Site site, string address, int vlan, int machine) =>
        site.Tell(address, FactKind.OwnedBy, $"02:00:00:00:{vlan:x2}:{machine:x2}", "arp", vlan: vlan);

    private static void Claim(LiveMap live, string address, int vlan, int machine) => live.OnFact(
        new(Parse(address), FactKind.OwnedBy, $"02:00:00:00:00:{machine:x2}", "arp", Certainty.Own,
            new("a", 1, 1, Site.Midnight, Site.Midnight), vlan));

    /// <summary>Meters behind a mobile network have public addresses: few are told one by one, many as one segment that holds nobody else.</summary>
    [Theory]
    [InlineData(3, "198.51.100.1/32")]
    [InlineData(40, "internet metering")]
    public void Infer_MetersOnTheInternet_AreMeters(int count, string name)
    {
        var site = Undeclared().Talk("10.10.0.9", "198.51.100.200", "tcp/443 ssl");
        for (var meter = 1; meter <= count; meter++) site.Talk("10.90.0.9", $"198.51.100.{meter}", "tcp/4059 dlms");
        var map = site.Map;

        Assert.Equal((name, SegmentKind.Metering), (SegmentOf(map, "198.51.100.1").Name, SegmentOf(map, "198.51.100.1").Kind));
        Assert.Equal(SegmentKind.External, SegmentOf(map, "198.51.100.200").Kind);
        Assert.True(map.Segments.Segments.Length <= 6);
    }

    /// <summary>172.16.255.255 is the last address of a network of 172.16.0.0/16, and no machine of one that is called 172.16.255.0/24.</summary>
    [Fact]
    public void Infer_OnlyABroadcastAddress_IsNoNetwork() => Assert.Equal(["172.16.0.0/24"],
        Undeclared()
            .Talk("172.16.0.5", "172.16.255.255", "udp/138 nbdgm", outcome: Outcome.OneWay).Map.Segments.Segments.Select(segment => segment.Name));

    /// <summary>What a port only hints at makes nobody a controller.</summary>
    [Fact]
    public void Infer_PortWithoutPayload_IsNoControl() =>
        Assert.Equal(SegmentKind.It, SegmentOf(Undeclared().Talk("10.10.0.9", "10.10.0.5", "tcp/502").Map, "10.10.0.5").Kind);

    [Fact]
    public void Segments_Declared_NothingIsInferred() =>
        Assert.DoesNotContain(new Site().Talk("10.10.0.1", "10.70.0.5", "tcp/502 modbus").Map.Segments.Segments, segment => segment.Inferred);

    [Fact]
    public void Roles_ByWhatMachinesDo()
    {
        var site = new Site();
        for (var plc = 1; plc <= 3; plc++) site.Talk("10.70.0.100", $"10.70.0.{plc}", "tcp/502 modbus", does: (Effect.Read, "reads", null));
        site.Talk("10.70.0.101", "10.70.0.1", "tcp/502 modbus", does: (Effect.Program, "downloads", null));
        for (var meter = 1; meter <= 5; meter++) site.Talk("10.90.0.100", $"10.90.0.{meter}", "tcp/4059 dlms");
        site.Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp").Talk("10.20.0.1", "10.70.0.101", "tcp/3389 rdp");
        for (var client = 1; client <= 3; client++) site.Talk($"10.10.0.{client}", "10.10.0.53", "udp/53 dns");
        for (var target = 1; target <= 20; target++) site.Talk("10.10.0.66", $"10.70.1.{target}", "tcp/502", outcome: Outcome.Attempted);
        var map = site.Map;

        foreach (var (address, role) in ((string, string)[])[("10.70.0.1", "controller"), ("10.70.0.100", "scada-master"),
            ("10.70.0.101", "engineering-workstation"),
            ("10.90.0.100", "head-end"), ("10.20.0.1", "jump-host"), ("10.10.0.53", "dns-server"), ("10.10.0.66", "scanner")])
            Assert.True(Role(map, address, role) is { Because.IsEmpty: false }, $"{address} is no {role}");
        Assert.Equal(RoleCertainty.Suspected, Role(map, "10.90.0.1", "meter")!.Certainty);
        Assert.Null(Role(map, "10.10.0.1", "scanner"));
    }

    /// <summary>What only one kind of device serves hints at it; what all serve does not.</summary>
    [Theory]
    [InlineData("tcp/20000 dnp3", "rtu")]
    [InlineData("tcp/102 s7comm", "plc")]
    [InlineData("tcp/102 mms", "ied")]
    [InlineData("tcp/502 modbus", null)]
    [InlineData("tcp/102 mms,iccp", null)]
    public void Roles_OfWhatOneKindOfDeviceServes_AreSuspected(string service, string? role)
    {
        var map = new Site().Talk("10.70.0.9", "10.70.0.5", service).Map;

        Assert.Equal(role is null ? [] : [(role, RoleCertainty.Suspected)],
            map.Assets.Single(asset => asset.Address.ToString() == "10.70.0.5").Roles.Where(one => one.Name is "plc" or "rtu" or "ied")
                .Select(one => (one.Name, one.Certainty)));
        Assert.Null(Role(map, "10.70.0.9", role ?? "plc"));
    }

    [Fact]
    public void Roles_UnitsBehindOneAddress_MakeItAGateway()
    {
        var site = new Site().Talk("10.70.0.9", "10.70.0.5", "tcp/502 modbus");
        for (var unit = 1; unit <= 2; unit++) site.Tell("10.70.0.5", FactKind.Device, $"modbus unit {unit}", "modbus");
        Assert.Null(Role(site.Map, "10.70.0.5", "gateway"));

        Assert.Equal(["speaks for 3 devices behind it"],
            Role(site.Tell("10.70.0.5", FactKind.Device, "modbus unit 3", "modbus").Map, "10.70.0.5", "gateway")!.Because);
    }

    [Fact]
    public void Roles_SpeaksARoutingProtocol_IsARouter() => Assert.Equal(["speaks a routing protocol"],
        Role(new Site().Talk("10.70.0.1", "224.0.0.2", "udp/1985", outcome: Outcome.OneWay).Map, "10.70.0.1", "router")!.Because);

    [Fact]
    public void Roles_SaidByTheMachineItself_AreConfirmed() =>
        Assert.Equal(RoleCertainty.Confirmed,
            Role(new Site().Talk("10.10.0.1", "10.70.0.5", "tcp/502 modbus").Tell("10.70.0.5", FactKind.Role, "router", "lldp").Map,
                "10.70.0.5", "router")!.Certainty);
}
