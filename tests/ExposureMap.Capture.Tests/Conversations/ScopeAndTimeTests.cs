using ExposureMap.Graph.Observation;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>Which frames are one conversation: duplicates, VLANs, tunnels; and when it is over.</summary>
public sealed class ScopeAndTimeTests
{
    private static byte[] Syn(ushort identification = 7, int timeToLive = 64) =>
        IPv4(ProtocolType.Tcp, Tcp(Tap.ClientPort, Tap.ServerPort, "S", 1000, 0, []), identification: identification, timeToLive: timeToLive);

    [Fact]
    public void Process_SameFrameTwice_IsADuplicate()
    {
        var told = new Tap().Ip(Syn()).Ip(Syn()).EndOne();

        Assert.Equal((1L, 1L), (told.OriginatorTraffic.Packets, told.Duplicates));
    }

    /// <summary>protocols.md, G5: a true retransmission has another identification, or comes later than a mirror's copy.</summary>
    [Fact]
    public void Process_Retransmission_IsNoDuplicate()
    {
        Assert.Equal((2L, 0L), new Tap().Ip(Syn(7)).Ip(Syn(8)).EndOne() is var other ? (other.OriginatorTraffic.Packets, other.Duplicates) : default);
        Assert.Equal((2L, 0L),
            new Tap().Ip(Syn()).Wait(0.2).Ip(Syn()).EndOne() is var late ? (late.OriginatorTraffic.Packets, late.Duplicates) : default);
    }

    [Fact]
    public void Process_RoutedCopy_IsCountedOnceAndTellsTheRouter()
    {
        var tap = new Tap().Frame(Ethernet(0x0800, Syn(), from: 1, to: 8)).Frame(Ethernet(0x0800, Syn(timeToLive: 63), from: 9, to: 2));
        var told = tap.EndOne();

        Assert.Equal((1L, 1L), (told.OriginatorTraffic.Packets, told.Duplicates));
        Assert.Equal(["02:00:00:00:00:08", "02:00:00:00:00:09"],
            tap.Facts.Where(fact => fact.Kind == FactKind.Router).Select(fact => fact.Subject.ToString()).Order());
    }

    [Fact]
    public void Process_SamePortsInTwoVlans_AreTwoConversations()
    {
        var tap = new Tap().Frame(Ethernet(0x8100, Hex("000A 0800", Syn(1)))).Wait(1).Frame(Ethernet(0x8100, Hex("0014 0800", Syn(2))));

        Assert.Equal([(10, "S"), (20, "S")], tap.End().Select(told => (told.Vlan, told.History)));
    }

    /// <summary>IEEE 802.1Q clause 9.6: VLAN id 0 is a priority and no VLAN; one side may send it and the other not.</summary>
    [Fact]
    public void Process_PriorityTag_IsTheSameConversation()
    {
        var answer = IPv4(ProtocolType.Tcp, Tcp(Tap.ServerPort, Tap.ClientPort, "SA", 2000, 1001, []), Wire.Server, Client);
        var told = new Tap().Frame(Ethernet(0x8100, Hex("C000 0800", Syn()))).Ip(answer, fromClient: false).EndOne();

        Assert.Equal((-1, "Sh"), (told.Vlan, told.History));
    }

    [Fact]
    public void Process_InAndOutOfATunnel_AreTwoConversations()
    {
        var inner = Ethernet(0x0800, Syn(2));
        var vxlan = IPv4(ProtocolType.Udp, Udp(50000, 4789, Hex("08000000 00002A 00", inner)), "192.0.2.1", "192.0.2.2");
        var tap = new Tap().Ip(Syn(1)).Wait(1).Ip(vxlan);

        Assert.Equal([("", ""), ("vxlan 42", "vxlan 42")], tap.End().Select(told => (told.Tunnel, told.Overlay)));
    }

    /// <summary>Two directions of a GTP tunnel have different tunnel ids: identifiers that differ per direction are no scope.</summary>
    [Fact]
    public void Process_GtpBothWays_IsOneConversation()
    {
        var answer = IPv4(ProtocolType.Tcp, Tcp(Tap.ServerPort, Tap.ClientPort, "SA", 2000, 1001, []), Wire.Server, Client);
        var tap = new Tap().Ip(IPv4(ProtocolType.Udp, Udp(2152, 2152, Hex("30 FF 0028 00000001", Syn())), "192.0.2.1", "192.0.2.2"))
            .Ip(IPv4(ProtocolType.Udp, Udp(2152, 2152, Hex("30 FF 0028 00000002", answer)), "192.0.2.2", "192.0.2.1"));

        Assert.Equal(("gtp", "Sh"), tap.EndOne() is var told ? (told.Tunnel, told.History) : default);
    }

    [Fact]
    public void Process_SilentForItsTimeout_IsOverInPacketTime()
    {
        var tap = new Tap().UdpC("01").UdpS("02").Wait(601).Ip(IPv4(ProtocolType.Udp, Udp(1, 2, [1]), "10.9.9.9"));

        Assert.Equal((true, 0L), Assert.Single(tap.Told) is var told ? (told.Now.IsOver, told.Now.Number) : default);
        Assert.Equal(1, tap.Table.Count);
        tap.UdpC("03");
        Assert.Equal([0L, 1L, 2L], tap.End().Select(one => one.Number));
    }

    /// <summary>Between two sweeps too: the frame itself finds that its conversation is over.</summary>
    [Fact]
    public void Process_AfterItsTimeout_IsAnotherConversation() =>
        Assert.Equal(2, new Tap { Server = 53 }.UdpC("01").Wait(700).UdpC("01").End().Count);

    [Fact]
    public void Process_ControlConnectionSilentForAnHour_IsNotOver() =>
        Assert.Equal("ShADd", new Tap().Handshake().Wait(3600).C("PA", 1001, 2001, "01").Wait(3600).S("PA", 2001, 1002, "01").EndOne().History);

    [Fact]
    public void Process_ClockGoesBack_IsCountedAndEndsNothing()
    {
        var tap = new Tap().Handshake().Wait(-86_400).C("PA", 1001, 2001, "01");
        var told = tap.EndOne();

        Assert.Equal((1L, 5L), (tap.Table.Counters.ClockSteps, told.OriginatorTraffic.Packets + told.ResponderTraffic.Packets + 1));
        Assert.True(told.Start <= told.End);
    }

    [Fact]
    public void Flush_Twice_TellsOnce()
    {
        var tap = new Tap().Handshake();
        tap.Table.Flush();

        Assert.Single(tap.End());
    }

    [Fact]
    public void TellChanges_ConversationGrows_IsToldAgainWithWhatWasToldBefore()
    {
        var tap = new Tap(isLive: true).C("S", 1000);
        tap.Table.TellChanges();
        tap.Table.TellChanges();
        tap.S("SA", 2000, 1001).C("A", 1001, 2001);
        tap.Table.TellChanges();
        tap.End();

        Assert.Equal([(0L, Outcome.Attempted, false), (0L, Outcome.Established, false), (0L, Outcome.Established, true)],
            tap.Told.Select(told => (told.Now.Number, told.Now.Outcome, told.Now.IsOver)));
        Assert.Null(tap.Told[0].Before);
        Assert.Equal(Counted(tap.Told[0].Now), Counted(tap.Told[1].Before!));
        Assert.Equal(Counted(tap.Told[1].Now), Counted(tap.Told[2].Before!));
    }

    /// <summary>Where more conversations grow than are told at a look, what is new is told at once, and everything in the end.</summary>
    [Fact]
    public void TellChanges_VeryManyGrow_TellsNewsAtOnceAndTheRestInTurn()
    {
        const ushort Many = 10_000;
        var tap = new Tap(isLive: true);
        Send("01");
        tap.Table.TellChanges();
        Assert.Equal(Many, tap.Told.Count);

        Send("02");
        tap.Ip(IPv4(ProtocolType.Udp, Udp(Tap.ServerPort, Many, [3]), Wire.Server, Client), fromClient: false);
        tap.Told.Clear();
        tap.Table.TellChanges();

        Assert.InRange(tap.Told.Count, 2, Many - 1);
        Assert.Equal(Outcome.Established, Assert.Single(tap.Told, told => told.Now.Originator.Port == Many).Now.Outcome);
        for (var look = 0; look < 8; look++) tap.Table.TellChanges();
        Assert.Equal(Many, tap.Told.Count);
        Assert.All(tap.Told, told => Assert.Equal((2L, 1L), (told.Now.OriginatorTraffic.Packets, told.Before!.OriginatorTraffic.Packets)));

        void Send(string payload)
        {
            for (ushort port = 1; port <= Many; port++) tap.Ip(IPv4(ProtocolType.Udp, Udp(port, Tap.ServerPort, Hex(payload)), identification: port));
        }
    }

    /// <summary>An ICMP error that comes later changes a conversation that was told already.</summary>
    [Fact]
    public void TellChanges_IcmpErrorLater_TellsTheBlockedConversationAgain()
    {
        var tap = new Tap(isLive: true).Ip(Syn());
        tap.Table.TellChanges();
        tap.Icmp("10.0.0.254", 3, 13, Syn());
        tap.Table.TellChanges();

        Assert.Contains(tap.Told, told => told.Now.Outcome == Outcome.Blocked && told.Before is { Outcome: Outcome.Attempted });
    }

    [Fact]
    public void Process_CutFrame_IsCountedAndItsWireLengthKept()
    {
        var packet = Ethernet(0x0800, IPv4(ProtocolType.Udp, Udp(Tap.ClientPort, Tap.ServerPort, new byte[100])));
        var tap = new Tap().Frame(packet[..60], packet.Length);
        var told = tap.EndOne();

        Assert.Equal((1L, 100L, (long)packet.Length), (tap.Table.Counters.Cut, told.OriginatorTraffic.PayloadOctets, tap.Table.Counters.Octets));
    }

    /// <summary>What a mirror's tunnel carries without IP says nothing of the tunnel's own ends.</summary>
    [Fact]
    public void Process_ArpInErspan_TellsNothingOfTheMirror()
    {
        var arp = Ethernet(0x0806, Hex("0001 0800 06 04 0002 020000000007 0A000007 020000000008 0A000008"), from: 7, to: 8);
        var tap = new Tap().Ip(IPv4(ProtocolType.Gre, Hex("1000 88BE 00000001 1001 000A 00000000", arp), "192.0.2.1", "192.0.2.2"));
        tap.End();

        Assert.DoesNotContain(tap.Facts, fact => fact.Subject == Wire.Address("192.0.2.1"));
        Assert.Contains(tap.Facts,
            fact => fact.Subject == Wire.Address("10.0.0.7") && fact is { Kind: FactKind.OwnedBy, Value: "02:00:00:00:00:07" });
    }

    private static (Endpoint, Endpoint, string, Outcome, Traffic, Traffic) Counted(Conversation told) =>
        (told.Originator, told.Responder, told.Service, told.Outcome, told.OriginatorTraffic, told.ResponderTraffic);
}
