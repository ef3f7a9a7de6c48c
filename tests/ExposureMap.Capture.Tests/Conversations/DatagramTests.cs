using ExposureMap.Capture.Tests.Protocols;
using ExposureMap.Graph.Observation;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>UDP, ICMP errors (RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1), groups and fragments.</summary>
public sealed class DatagramTests
{
    private const string SnmpGet = "3026 020101 0406 7075626C6963 A019 020101 020100 020100 300E 300C 0608 2B06010201010100 0500";

    [Fact]
    public void Process_UdpAnswered_IsEstablished()
    {
        var told = new Tap().UdpC("0102").UdpS("03").EndOne();

        Assert.Equal((Outcome.Established, "SF", "Dd", 2L, 1L),
            (told.Outcome, told.State, told.History, told.OriginatorTraffic.PayloadOctets, told.ResponderTraffic.PayloadOctets));
        Assert.Equal(Tap.At(0.002), told.Arrival);
    }

    [Fact]
    public void Process_UdpUnanswered_IsOneWay() =>
        Assert.Equal((Outcome.OneWay, "S0", true),
            new Tap().UdpC("01").UdpC("02").EndOne() is var told ? (told.Outcome, told.State, told.Arrival.IsNever) : default);

    /// <summary>What asks by its content and gets nothing was an attempt.</summary>
    [Fact]
    public void Process_QuestionUnanswered_IsAttempted() => Assert.Equal(Outcome.Attempted, new Tap { Server = 161 }.UdpC(SnmpGet).EndOne().Outcome);

    /// <summary>Where a mirror shows the answers only, as of DHCP, whose client asks from no address: that nothing answered would be false.</summary>
    [Fact]
    public void Process_AnswerAlone_IsOneWay()
    {
        var told = new Tap { Server = 161 }.UdpS(SnmpGet.Replace(" A019", " A219", StringComparison.Ordinal)).EndOne();

        Assert.Equal((Outcome.OneWay, DirectionBasis.Payload, 161), (told.Outcome, told.DirectionBasis, (int)told.Responder.Port));
    }

    [Theory]
    [InlineData(3, 13, "10.0.0.254", Outcome.Blocked)]            // communication administratively prohibited
    [InlineData(3, 10, "10.0.0.254", Outcome.Blocked)]
    [InlineData(3, 9, "10.0.0.254", Outcome.Blocked)]
    [InlineData(3, 3, "10.0.0.2", Outcome.Rejected)]              // port unreachable, from the target itself
    [InlineData(3, 3, "10.0.0.254", Outcome.Blocked)]             // and from a router in its place
    [InlineData(3, 1, "10.0.0.254", Outcome.Attempted)]           // host unreachable
    [InlineData(11, 0, "10.0.0.254", Outcome.Attempted)]          // time exceeded says nothing of the port
    public void Process_IcmpErrorForASyn_IsAttributed(byte type, byte code, string from, Outcome outcome)
    {
        var syn = IPv4(ProtocolType.Tcp, Tcp(Tap.ClientPort, Tap.ServerPort, "S", 1000, 0, []));
        var tap = new Tap().Ip(syn).Icmp(from, type, code, syn);
        var told = Assert.Single(tap.End(), told => told.Transport == Transport.Tcp);

        Assert.Equal((outcome, outcome == Outcome.Blocked ? from : "-"), (told.Outcome, told.BlockedBy.ToString()));
        Assert.Equal(code is 9 or 10 or 13 ? [from] : [],
            tap.Facts.Where(fact => fact is { Kind: FactKind.Role, Value: "firewall" }).Select(fact => fact.Subject.ToString()));
    }

    /// <summary>A machine that guards itself is no firewall between others.</summary>
    [Fact]
    public void Process_TargetProhibitsItself_IsBlockedByNoFirewall()
    {
        var syn = IPv4(ProtocolType.Tcp, Tcp(Tap.ClientPort, Tap.ServerPort, "S", 1000, 0, []));

        Assert.DoesNotContain(new Tap().Ip(syn).Icmp("10.0.0.2", 3, 10, syn).Facts, fact => fact.Value == "firewall");
    }

    /// <summary>
    /// BACnet register-foreign-device (annex J.5.2): six octets that fit on any port. One is believed for its port, two prove each other, as they do
    /// elsewhere.
    /// </summary>
    [Theory]
    [InlineData(1, ServiceBasis.Port)]
    [InlineData(2, ServiceBasis.Payload)]
    public void Process_WeakMessageOnItsPort_IsProvenByASecondOne(int times, ServiceBasis basis)
    {
        var tap = new Tap { Server = 47808 };
        for (var time = 0; time < times; time++) tap.UdpC("81 05 0006 003C");
        var told = tap.EndOne();

        Assert.Equal(("bacnet", basis), (told.Service, told.ServiceBasis));
    }

    /// <summary>
    /// RFC 1350 section 4: the server answers a request from a port of its own. The client, who asked, is the originator there too.
    /// </summary>
    [Fact]
    public void Process_TftpTransferOnPortsOfItsOwn_IsTftpThatWasAskedFor()
    {
        var tap = new Tap { Server = 69 }.UdpC("0002 66772E62696E 00 6F63746574 00");
        foreach (var (fromServer, payload) in new[] { (true, "0004 0000"), (false, "0003 0001 4142"), (true, "0004 0001") })
            tap.Ip(IPv4(ProtocolType.Udp, fromServer ? Udp(3333, Tap.ClientPort, Hex(payload)) : Udp(Tap.ClientPort, 3333, Hex(payload)),
                fromServer ? Server : Client, fromServer ? Client : Server));

        var told = tap.End()[^1];

        Assert.Equal(("tftp", ServiceBasis.Payload, DirectionBasis.Payload, 3333),
            (told.Service, told.ServiceBasis, told.DirectionBasis, (int)told.Responder.Port));
        Assert.Equal("tftp.3=1 | tftp.4=2", Tap.Functions(told));
        Assert.Equal(1, told.Effects[Effect.Write]);
    }

    /// <summary>IEEE 1815, 8.2: what goes on in the sender's next datagram is read when it is whole; the other side's do not come between.</summary>
    [Fact]
    public void Process_FragmentOverTwoDatagrams_IsReadWhole()
    {
        string first = Frame(0xC4, 10, 1, "40 C1 05 0C01 17 01 03 81 01 64000000 64000000"), last = Frame(0xC4, 10, 1, "81 00");
        var told = new Tap { Server = 20000 }.UdpC(Frame(0xC4, 10, 1, "C0 C0 01 3C02 06")).UdpC(first).UdpS(Frame(0x44, 1, 10, "C0 C0 81 0000"))
            .UdpC(last).UdpC(first).EndOne();

        Assert.Equal("dnp3.1=1 dnp3.5=1 | dnp3.129=1", Tap.Functions(told));
        Assert.Equal("operates point 3 of dnp3 10: trip", Assert.Single(told.Operations).What);

        static string Frame(byte control, ushort to, ushort from, string data) => Convert.ToHexString(Dnp3Tests.Frame(control, to, from, data));
    }

    [Theory]
    [InlineData("10.0.0.3", 3333, 40000, 1)]                      // from somebody else
    [InlineData("10.0.0.2", 3333, 40001, 1)]                      // to another port
    [InlineData("10.0.0.2", 3333, 40000, 40)]                     // long after the request
    public void Process_WhatLooksLikeATransferButWasNotAskedFor_StaysUnnamed(string from, ushort port, ushort to, int seconds)
    {
        var tap = new Tap { Server = 69 }.UdpC("0001 66772E62696E 00 6F63746574 00").Wait(seconds);
        for (var repeat = 0; repeat < 3; repeat++)
            tap.Ip(IPv4(ProtocolType.Udp, Udp(port, to, Hex("0003 0001 4142")), from, Client, identification: (ushort)(100 + repeat)),
                fromClient: false);

        Assert.Equal("", tap.End()[^1].Service);
    }

    [Fact]
    public void Process_IcmpErrorForADatagram_IsAttributed()
    {
        var datagram = IPv4(ProtocolType.Udp, Udp(Tap.ClientPort, Tap.ServerPort, [1, 2, 3]));
        var tap = new Tap().Ip(datagram).Icmp("10.0.0.2", 3, 3, datagram);

        Assert.Equal(Outcome.Rejected, Assert.Single(tap.End(), told => told.Transport == Transport.Udp).Outcome);
    }

    /// <summary>RFC 4443 section 3.1, code 1.</summary>
    [Fact]
    public void Process_Icmp6Prohibited_IsBlockedByItsSender()
    {
        var syn = IPv6(ProtocolType.Tcp, Tcp(Tap.ClientPort, Tap.ServerPort, "S", 1000, 0, []));
        var tap = new Tap().Ip(syn).Ip(IPv6(ProtocolType.IcmpV6, [1, 1, 0, 0, 0, 0, 0, 0, .. syn], "2001:db8::fe", "2001:db8::1"), fromClient: false);
        var told = Assert.Single(tap.End(), told => told.Transport == Transport.Tcp);

        Assert.Equal((Outcome.Blocked, "2001:db8::fe"), (told.Outcome, told.BlockedBy.ToString()));
    }

    /// <summary>Who answers was reached: a late or forged error does not undo that.</summary>
    [Fact]
    public void Process_IcmpErrorForAnEstablishedConversation_ChangesNothing()
    {
        var segment = IPv4(ProtocolType.Tcp, Tcp(Tap.ClientPort, Tap.ServerPort, "A", 1001, 2001, []));
        var tap = new Tap().Handshake().Icmp("10.0.0.254", 3, 13, segment);

        Assert.Equal(Outcome.Established, Assert.Single(tap.End(), told => told.Transport == Transport.Tcp).Outcome);
    }

    [Fact]
    public void Process_IcmpErrorForAnUnknownConversation_IsOnlyItself() =>
        Assert.Equal(Transport.Icmp, new Tap().Icmp("10.0.0.254", 3, 13, IPv4(ProtocolType.Tcp, Tcp(1, 2, "S", 1, 0, []))).EndOne().Transport);

    /// <summary>The error's quote may be cut anywhere.</summary>
    [Fact]
    public void Process_IcmpQuoteCutAtEveryOctet_NeverThrows()
    {
        var syn = IPv4(ProtocolType.Tcp, Tcp(Tap.ClientPort, Tap.ServerPort, "S", 1000, 0, []));
        for (var length = 0; length < 28; length++)
        {
            var tap = new Tap().Ip(syn).Icmp("10.0.0.254", 3, 13, syn[..length]);
            Assert.Equal((length, length < 24 ? Outcome.Attempted : Outcome.Blocked),
                (length, Assert.Single(tap.End(), told => told.Transport == Transport.Tcp).Outcome));
        }
    }

    [Fact]
    public void Process_Ping_IsEstablished() =>
        Assert.Equal((Outcome.Established, "OTH"),
            new Tap().Ip(IPv4(ProtocolType.Icmp, Hex("08 00 0000 0001 0001")))
                .Ip(IPv4(ProtocolType.Icmp, Hex("00 00 0000 0001 0001"), Wire.Server, Client, identification: 2), fromClient: false)
                .EndOne() is var told ? (told.Outcome, told.State) : default);

    [Fact]
    public void Process_Multicast_SenderIsTheOriginatorAndNobodyIsReached()
    {
        var told = new Tap().Ip(IPv4(ProtocolType.Udp, Udp(319, 319, [1, 2, 3]), to: "224.0.1.129")).EndOne();

        Assert.Equal((Outcome.OneWay, Client, "224.0.1.129"), (told.Outcome, told.Originator.Address.ToString(), told.Responder.Address.ToString()));
        Assert.DoesNotContain(new Tap().Ip(IPv4(ProtocolType.Udp, Udp(319, 319, [1]), from: "0.0.0.0", to: "255.255.255.255")).Facts,
            fact => fact.Kind == FactKind.SentBy);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public void Process_FragmentsInAnyOrder_AreOneDatagram(int first, int second, int third)
    {
        var parts = Parts();
        var told = new Tap { Server = 161 }.Ip(parts[first]).Ip(parts[second]).Ip(parts[third]).EndOne();

        Assert.Equal(("snmp", 1L, 40L), (told.Service, told.OriginatorTraffic.Packets, told.OriginatorTraffic.PayloadOctets));
    }

    /// <summary>Of octets that overlap the first ones count: what a later fragment claims does not rewrite them.</summary>
    [Fact]
    public void Process_OverlappingFragments_FirstOctetsCount()
    {
        var parts = Parts();
        var forged = Fragment(ProtocolType.Udp, [.. Enumerable.Repeat((byte)0xFF, 16)], 0, true, 9);
        var told = new Tap { Server = 161 }.Ip(parts[0]).Ip(forged).Ip(parts[1]).Ip(parts[2]).EndOne();

        Assert.Equal(("snmp", "10.0.0.2:161"), (told.Service, told.Responder.ToString()));
    }

    /// <summary>Fragments name both hosts: somebody sent them, even though their datagram never became complete.</summary>
    [Fact]
    public void Process_FragmentLost_IsCountedAndStillAConversation()
    {
        var parts = Parts();
        var tap = new Tap { Server = 161 }.Ip(parts[0]).Ip(parts[2]);
        var told = tap.EndOne();

        Assert.Equal((2L, Transport.Ip, 17, "10.0.0.2"),
            (tap.Table.Counters.FragmentsLost, told.Transport, told.Protocol, told.Responder.ToString()));
    }

    /// <summary>Fragments whose last never comes: kept for no longer than their time, and no more than so many.</summary>
    [Fact]
    public void Process_FragmentFlood_IsBounded()
    {
        var tap = new Tap();
        for (var index = 0; index < 20_000; index++)
        {
            tap.Ip(Fragment(ProtocolType.Udp, Udp(Tap.ClientPort, Tap.ServerPort, [1, 2, 3, 4, 5, 6, 7, 8]), 0, true, (ushort)index,
                $"10.1.{index / 250}.{index % 250}"));
            tap.Now -= 999_000;                                   // all within a fraction of a second
        }

        Assert.InRange(tap.Table.Counters.FragmentsLost, 18_000, 20_000);
        tap.End();
        Assert.Equal(20_000, tap.Table.Counters.FragmentsLost);
    }

    private static byte[][] Parts()
    {
        var datagram = Udp(Tap.ClientPort, 161, Hex(SnmpGet));
        return [Fragment(ProtocolType.Udp, datagram[..16], 0, true, 9), Fragment(ProtocolType.Udp, datagram[16..32], 16, true, 9),
            Fragment(ProtocolType.Udp, datagram[32..], 32, false, 9)];
    }
}
