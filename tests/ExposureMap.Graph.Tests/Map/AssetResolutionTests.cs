using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>Which addresses are one machine (protocols.md, G4), and what is behind an address.</summary>
public sealed class AssetResolutionTests
{
    private static Asset AssetOf(MapSnapshot map, string address) =>
        map.Assets.Single(asset => asset.Behind < 0 && asset.Addresses.Any(one => one.ToString() == address));

    private static bool AreOne(MapSnapshot map, string left, string right) => AssetOf(map, left).Id == AssetOf(map, right).Id;

    private static Site Office() => new Site().Talk("10.10.0.1", "10.70.0.5", "tcp/502 modbus").Talk("10.20.0.1", "10.70.0.6", "tcp/502 modbus");

    [Theory]
    [InlineData(FactKind.Fingerprint, "ssh ed25519 aa", "ssh")]
    [InlineData(FactKind.Name, "WS17.corp.example", "dhcp")]
    [InlineData(FactKind.Name, "WS17", "ntlm")]
    public void Assets_SameOwnKeyInTwoSegments_AreOneDualHomedMachine(FactKind kind, string value, string source)
    {
        var map = Office().Tell("10.10.0.1", kind, value, source).Tell("10.20.0.1", kind, value, source).Map;

        Assert.True(AreOne(map, "10.10.0.1", "10.20.0.1"));
        Assert.Equal(["corporate", "dmz"], AssetOf(map, "10.10.0.1").Segments.Select(segment => segment.Name).Order());
        Assert.Equal("10.10.0.1", AssetOf(map, "10.20.0.1").Address.ToString());
    }

    /// <summary>A name that others gave, or a name space where several share one, joins nothing.</summary>
    [Theory]
    [InlineData("dns", Certainty.Announced)]
    [InlineData("dns", Certainty.Own)]
    [InlineData("dhcp", Certainty.Announced)]
    public void Assets_NamedAlikeByOthers_StayTwo(string source, Certainty certainty) =>
        Assert.False(
            AreOne(Office().Tell("10.10.0.1", FactKind.Name, "ws17", source, certainty)
                .Tell("10.20.0.1", FactKind.Name, "ws17", source, certainty).Map, "10.10.0.1", "10.20.0.1"));

    [Fact]
    public void Assets_OneMacAnswersArpForTwoAddresses_AreOne() =>
        Assert.True(
            AreOne(Office().Tell("10.10.0.1", FactKind.OwnedBy, "02:00:00:00:00:01", "arp")
                .Tell("10.20.0.1", FactKind.OwnedBy, "02:00:00:00:00:01", "arp").Map, "10.10.0.1", "10.20.0.1"));

    /// <summary>All that comes through a router has the router's MAC.</summary>
    [Fact]
    public void Assets_SentByOneRoutersMac_StayTwo()
    {
        var site = Office();
        foreach (var address in (string[])["10.10.0.1", "10.20.0.1", "10.70.0.5"])
            site.Tell(address, FactKind.SentBy, "02:00:00:00:00:99 1", "frame", Certainty.Guessed);

        Assert.False(AreOne(site.Map, "10.10.0.1", "10.20.0.1"));
    }

    /// <summary>A router that does not take a hop off (a firewall in bridge mode, a proxy) is told by being one.</summary>
    [Fact]
    public void Assets_SentWithoutAHopByAKnownRouter_StayTwo()
    {
        var site = Office().Tell("02:00:00:00:00:99", FactKind.Router, "routed copy", "frame");
        foreach (var address in (string[])["10.10.0.1", "10.20.0.1"])
            site.Tell(address, FactKind.SentBy, "02:00:00:00:00:99 0", "frame", Certainty.Guessed);

        Assert.False(AreOne(site.Map, "10.10.0.1", "10.20.0.1"));
    }

    [Fact]
    public void Assets_SentWithoutAHopByOneHost_AreOne()
    {
        var site = Office();
        foreach (var address in (string[])["10.10.0.1", "10.20.0.1"])
            site.Tell(address, FactKind.SentBy, "02:00:00:00:00:01 0", "frame", Certainty.Guessed);

        Assert.True(AreOne(site.Map, "10.10.0.1", "10.20.0.1"));
    }

    /// <summary>Proxy ARP (RFC 1027): a router answers for a whole network. Its claims make no machine of all of them.</summary>
    [Fact]
    public void Assets_ProxyArpForANetwork_StayApart()
    {
        var site = new Site();
        for (var host = 1; host <= 12; host++)
            site.Talk($"10.10.0.{host}", "10.70.0.5", "tcp/502 modbus").Tell($"10.10.0.{host}", FactKind.OwnedBy, "02:00:00:00:00:99", "arp");

        Assert.Equal(13, site.Map.Assets.Length);
    }

    /// <summary>
    /// protocols.md, G4: one MAC that answers ARP for three addresses of a network is proxy ARP; a router's own addresses lie in several.
    /// </summary>
    [Fact]
    public void Assets_OneMacForThreeAddresses_AreOneOnlyInSeveralNetworks()
    {
        var (proxy, router) = (new Site(), new Site());
        for (var host = 1; host <= 3; host++)
        {
            proxy.Talk($"10.10.0.{host}", "10.70.0.5", "tcp/502 modbus").Tell($"10.10.0.{host}", FactKind.OwnedBy, "02:00:00:00:00:99", "arp");
            router.Talk($"10.10.{host}.254", "10.70.0.5", "tcp/502 modbus").Tell($"10.10.{host}.254", FactKind.OwnedBy, "02:00:00:00:00:99", "arp");
        }

        Assert.Equal((4, 2), (proxy.Map.Assets.Length, router.Map.Assets.Length));
    }

    [Fact]
    public void Assets_KeySharedByMany_IsACloneAndJoinsNothing()
    {
        var site = new Site();
        for (var host = 1; host <= 6; host++)
            site.Talk($"10.10.0.{host}", "10.70.0.5", "tcp/502 modbus").Tell($"10.10.0.{host}", FactKind.Fingerprint, "same key", "ssh");

        Assert.Equal(7, site.Map.Assets.Length);
    }

    /// <summary>The same private address in two overlay networks is two machines.</summary>
    [Fact]
    public void Assets_SameAddressInTwoOverlays_AreTwo()
    {
        var map = new LiveMap();
        foreach (var overlay in (string[])["", "vxlan 42", "vxlan 43"])
        {
            map.OnConversation(
                new()
                {
                    Number = overlay.Length,
                    Transport = Transport.Tcp,
                    Originator = new(Address.IPv4(0x0A000001), 1),
                    Responder = new(Address.IPv4(0x0A000002), 502),
                    Overlay = overlay,
                    Outcome = Outcome.Established,
                    DirectionBasis = DirectionBasis.Handshake,
                    Start = Site.At(1),
                    Arrival = Site.At(1),
                    End = Site.At(2),
                    Evidence = new("a", 1, 1, default, default),
                },
                null);
        }

        var assets = new MapSnapshot(map.Freeze(), MapSettings.Default).Assets;
        Assert.Equal(["", "", "vxlan 42", "vxlan 42", "vxlan 43", "vxlan 43"], assets.Select(asset => asset.Overlay).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("224.0.0.5")]
    [InlineData("255.255.255.255")]
    [InlineData("10.10.255.255")]
    [InlineData("ff02::1")]
    [InlineData("01:0c:cd:01:00:01")]
    public void Assets_GroupsAndBroadcasts_AreNone(string address) =>
        Assert.Single(new Site().Talk("10.10.0.1", address, "udp/319", outcome: Outcome.OneWay).Map.Assets);

    [Fact]
    public void Assets_SeveralUnitsBehindAGateway_AreAssetsBehindIt()
    {
        var map = Office().Tell("10.70.0.5", FactKind.Device, "modbus unit 5", "modbus")
            .Tell("10.70.0.5", FactKind.Device, "modbus unit 6", "modbus").Map;
        var gateway = AssetOf(map, "10.70.0.5");

        Assert.Equal(["modbus unit 5", "modbus unit 6"], map.Assets.Where(asset => asset.Behind == gateway.Id).Select(asset => asset.Device));
        Assert.All(map.Assets, asset => Assert.Equal(asset, map.Assets[asset.Id]));
    }

    [Fact]
    public void Assets_OneUnit_IsTheMachineItself() =>
        Assert.Equal(["modbus unit 5"], AssetOf(Office().Tell("10.70.0.5", FactKind.Device, "modbus unit 5", "modbus").Map, "10.70.0.5").Identifiers);
}
