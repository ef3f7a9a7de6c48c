using System.Net;
using System.Net.NetworkInformation;
using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using PacketDotNet;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>
/// A mirror of two VLANs shows each packet before and after the router between them: questions first in one VLAN, answers first in the other.
/// </summary>
public sealed class RoutedConversationTests : IObserver
{
    private const ushort ClientVlan = 104, ServerVlan = 20, ClientPort = 50000, ServerPort = 443;
    private const ushort EthernetLink = 1;

    private readonly List<Conversation> _told = [];
    private readonly ConversationTable _table;
    private long _number;
    private ushort _identification = 1;

    public RoutedConversationTests() => _table = new ConversationTable(this);

    void IObserver.OnConversation(Conversation now, Conversation? before) => _told.Add(now);

    void IObserver.OnFact(AssetFact fact)
    {
    }

    [Fact]
    public void Process_HandshakeSeenOnBothSidesOfARouter_IsOneEstablishedConversation()
    {
        Exchange(start: 100);
        _table.Flush();

        var told = Assert.Single(_told);
        Assert.Equal(Outcome.Established, told.Outcome);
        Assert.Equal(ClientVlan, told.Vlan);
        Assert.Equal((2, 1, 3), ((int)told.OriginatorTraffic.Packets, (int)told.ResponderTraffic.Packets, (int)told.Duplicates));
    }

    [Fact]
    public void Process_SamePortsAgainAfterAnHour_AreTwoConversations()
    {
        Exchange(start: 100);
        _number += 3_600_000;
        Exchange(start: 70_000);
        _table.Flush();

        Assert.Equal([Outcome.Established, Outcome.Established], _told.Select(told => told.Outcome));
    }

    /// <summary>The conversation of the first copy is over and forgotten: the second one is still a copy, and what follows begins anew.</summary>
    [Fact]
    public void Process_CopyAfterTheEndOfTheInput_IsCountedAndEndsUpNowhere()
    {
        See(fromClient: true, ClientVlan, 64, sequence: 100, acknowledgment: 0, synchronize: true);
        _table.Flush();
        See(fromClient: true, ServerVlan, 63, sequence: 100, acknowledgment: 0, synchronize: true);
        _identification++;
        See(fromClient: true, ClientVlan, 64, sequence: 101, acknowledgment: 801, synchronize: false);
        _table.Flush();

        Assert.Equal([(1L, 0L), (1L, 0L)], _told.Select(told => (told.OriginatorTraffic.Packets + told.ResponderTraffic.Packets, told.Duplicates)));
        Assert.Equal((1L, 0), (_table.Counters.Duplicates, _table.Count));
    }

    private void Exchange(uint start)
    {
        Pass(fromClient: true, start, 0, synchronize: true);
        Pass(fromClient: false, start + 800, start + 1, synchronize: true);
        Pass(fromClient: true, start + 1, start + 801, synchronize: false);
    }

    /// <summary>One packet, seen where it came from and, a TTL less, where it went.</summary>
    private void Pass(bool fromClient, uint sequence, uint acknowledgment, bool synchronize)
    {
        See(fromClient, fromClient ? ClientVlan : ServerVlan, 64, sequence, acknowledgment, synchronize);
        See(fromClient, fromClient ? ServerVlan : ClientVlan, 63, sequence, acknowledgment, synchronize);
        _identification++;
        _number += 10;
    }

    private void See(bool fromClient, ushort vlan, int timeToLive, uint sequence, uint acknowledgment, bool synchronize)
    {
        var (client, server) = (IPAddress.Parse("10.10.4.17"), IPAddress.Parse("10.20.0.30"));
        var tcp = new TcpPacket(fromClient ? ClientPort : ServerPort, fromClient ? ServerPort : ClientPort)
        {
            SequenceNumber = sequence,
            AcknowledgmentNumber = acknowledgment,
            Synchronize = synchronize,
            Acknowledgment = acknowledgment != 0,
        };
        var ip = new IPv4Packet(fromClient ? client : server, fromClient ? server : client)
        {
            Id = _identification,
            TimeToLive = timeToLive,
            Protocol = ProtocolType.Tcp,
            PayloadPacket = tcp,
        };
        var tag = new Ieee8021QPacket(new PacketDotNet.Utils.ByteArraySegment(new byte[4]))
        {
            VlanIdentifier = vlan,
            PayloadPacket = ip,
            Type = EthernetType.IPv4
        };
        var mac = (byte)(vlan + timeToLive);
        var ethernet =
            new EthernetPacket(new PhysicalAddress([2, 0, 0, 0, 0, mac]), new PhysicalAddress([2, 0, 0, 0, 1, mac]),
                EthernetType.VLanTaggedFrame)
            { PayloadPacket = tag };
#pragma warning disable RS0030 // the frame is our own
        var octets = ethernet.Bytes;
#pragma warning restore RS0030
        _number++;
        _table.Process(octets,
            new FrameRecord(0, octets.Length, octets.Length, Timestamp.FromUnix(1_772_431_200 + (_number / 1000), _number % 1000 * 1_000_000),
                EthernetLink, 0, _number), "test");
    }
}
