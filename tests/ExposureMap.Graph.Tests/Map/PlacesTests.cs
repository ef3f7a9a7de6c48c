using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>Two sites with the same private addresses are two sites; one machine seen in two VLANs around a router is one machine.</summary>
public sealed class PlacesTests
{
    private const string Master = "192.168.1.10", Controller = "192.168.1.20";
    private const string OneMac = "02:00:00:00:01:20 0", OtherMac = "02:00:00:00:02:20 0", RouterMac = "02:00:00:00:00:99";

    private readonly LiveMap _live = new();
    private long _number;

    private MapSnapshot Map => new(_live.Freeze(), MapSettings.Default);

    private IEnumerable<Asset> Controllers => Map.Assets.Where(asset => asset.Address.ToString() == Controller);

    [Fact]
    public void Assets_SameAddressesOnTwoVlansWithOtherMacs_AreTwoSites()
    {
        Site(vlan: 10, macs: 1).Site(vlan: 20, macs: 2);
        Say(Controller, FactKind.Name, "PLC-NORTH", vlan: 10, source: "dhcp").Say(Controller, FactKind.Name, "PLC-SOUTH", vlan: 20, source: "dhcp");

        var map = Map;
        Assert.Equal(4, map.Assets.Length);
        Assert.Equal(["", "vlan 20"], Controllers.Select(asset => asset.Overlay).Order(StringComparer.Ordinal));
        Assert.Equal(["PLC-NORTH", "PLC-SOUTH"],
            Controllers.OrderBy(asset => asset.Overlay, StringComparer.Ordinal).Select(asset => asset.Names.Single()));
        Assert.All(map.Assets, asset => Assert.Single(asset.Macs));
        Assert.All(map.Conduits,
            conduit => Assert.Equal(map.Assets[map.AssetOfEndpoint(conduit.Data.From)].Overlay,
                map.Assets[map.AssetOfEndpoint(conduit.Data.To)].Overlay));
    }

    /// <summary>Both were set up from one image and have one name.</summary>
    [Fact]
    public void Assets_ClonesOfOneNameAndAddressOnTwoVlans_StayTwo()
    {
        Site(vlan: 10, macs: 1).Site(vlan: 20, macs: 2);
        Say(Controller, FactKind.Name, "PLC", vlan: 10, source: "dhcp").Say(Controller, FactKind.Name, "PLC", vlan: 20, source: "dhcp");

        Assert.Equal(2, Controllers.Count());
    }

    [Fact]
    public void Assets_SameMacOnATrunk_IsOne()
    {
        Say(Controller, FactKind.SentBy, OneMac, vlan: 10).Talk(Master, Controller, vlan: 10);
        Say(Controller, FactKind.SentBy, OneMac, vlan: 20).Talk(Master, Controller, vlan: 20);

        Assert.Single(Controllers);
    }

    [Fact]
    public void Assets_BeyondARouterInAnotherVlan_IsOne()
    {
        Say(Controller, FactKind.SentBy, OneMac, vlan: 10).Talk(Master, Controller, vlan: 10);
        Say(Controller, FactKind.SentBy, RouterMac + " 1", vlan: 20).Talk(Master, Controller, vlan: 20);

        Assert.Single(Controllers);
    }

    /// <summary>A firewall that hides its hop sends for many with its own MAC.</summary>
    [Fact]
    public void Assets_BeyondAFirewallThatTakesNoHopOff_AreOneEach()
    {
        foreach (var host in (string[])[Controller, "192.168.1.21", "192.168.1.22"])
        {
            Say(host, FactKind.SentBy, $"02:00:00:00:01:{host[^2..]} 0", vlan: 10).Talk(Master, host, vlan: 10);
            Say(host, FactKind.SentBy, RouterMac + " 0", vlan: 20).Talk("192.168.2.1", host, vlan: 20);
        }

        Assert.Single(Controllers);
    }

    [Fact]
    public void Assets_SameAddressInTwoCapturesOfTheSameTime_AreTwo()
    {
        Say(Controller, FactKind.SentBy, OneMac, capture: "north").Talk(Master, Controller, capture: "north", at: 0, end: 60);
        Say(Controller, FactKind.SentBy, OtherMac, capture: "south").Talk(Master, Controller, capture: "south", at: 30, end: 40);

        Assert.Equal(["", "capture south"], Controllers.Select(asset => asset.Overlay).Order(StringComparer.Ordinal));
    }

    /// <summary>The next day's capture shows another machine with the address: it was exchanged, or the lease went on to another.</summary>
    [Fact]
    public void Assets_SameAddressInALaterCapture_IsOne()
    {
        Say(Controller, FactKind.SentBy, OneMac, capture: "monday").Talk(Master, Controller, capture: "monday", at: 0, end: 60);
        Say(Controller, FactKind.SentBy, OtherMac, capture: "tuesday").Talk(Master, Controller, capture: "tuesday", at: 1440, end: 1500);

        Assert.Single(Controllers);
    }

    private PlacesTests Site(int vlan, int macs)
    {
        Say(Master, FactKind.OwnedBy, $"02:00:00:00:0{macs}:10", vlan, source: "arp")
            .Say(Controller, FactKind.OwnedBy, $"02:00:00:00:0{macs}:20", vlan, source: "arp");
        return Talk(Master, Controller, vlan);
    }

    private PlacesTests Say(string subject, FactKind kind, string value, int vlan = -1, string capture = "site.pcap", string source = "frame")
    {
        var evidence = new Evidence(capture, 1, 1, Tests.Site.Midnight, Tests.Site.Midnight);
        _live.OnFact(new(Parse(subject), kind, value, source, kind == FactKind.SentBy ? Certainty.Guessed : Certainty.Own, evidence, vlan));
        return this;
    }

    private PlacesTests Talk(string from, string to, int vlan = -1, string capture = "site.pcap", double at = 1, double end = 2)
    {
        var start = Tests.Site.At(at);
        _live.OnConversation(
            new()
            {
                Number = ++_number,
                Transport = Transport.Tcp,
                Originator = new(Parse(from), 40000),
                Responder = new(Parse(to), 502),
                Vlan = vlan,
                Service = "modbus",
                ServiceBasis = ServiceBasis.Payload,
                Outcome = Outcome.Established,
                DirectionBasis = DirectionBasis.Handshake,
                Start = start,
                Arrival = start,
                End = Tests.Site.At(end),
                Evidence = new(capture, 1, 9, start, start),
            },
            null);
        return this;
    }

    private static Address Parse(string text) => Address.TryParse(text, out var address) ? address : throw new ArgumentException(text);
}
