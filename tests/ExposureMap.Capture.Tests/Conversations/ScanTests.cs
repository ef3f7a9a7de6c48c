using System.Buffers.Binary;
using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>More attempts than the table has places for: what was answered stays, the rest is counted.</summary>
public sealed class ScanTests : IObserver
{
    private const uint Scanner = 0x0A000001, FirstTarget = 0x0B000000, Client = 0x0A000002, Server = 0x0A000003;
    private const byte Syn = 2, Ack = 16;
    private const int Targets = 20_000;
    private const long SmallMemory = 1 << 20;

    private readonly List<Conversation> _told = [];
    private readonly List<AssetFact> _facts = [];
    private readonly ConversationTable _table;
    private long _number;
    private bool _isSparing;

    public ScanTests() => _table = new ConversationTable(this, SmallMemory);

    void IObserver.OnConversation(Conversation now, Conversation? before) => _told.Add(now);

    void IObserver.OnFact(AssetFact fact) => _facts.Add(fact);

    bool IObserver.IsSparing => _isSparing;

    /// <summary>Windows begins with a TTL of 128, Linux with 64: behind one address they are two machines.</summary>
    [Theory]
    [InlineData(127, true)]
    [InlineData(62, false)]
    public void Process_OneAddressOpensWithAnotherTtl_IsNatOnlyOfAnotherKind(int timeToLive, bool isNat)
    {
        var tap = new Tap().C("S", 1000, timeToLive: 63).C("R", 1001).Wait(120).C("S", 90_000, timeToLive: timeToLive);
        tap.End();

        Assert.Equal(isNat, tap.Facts.Any(fact => fact is { Kind: FactKind.Role, Value: "nat" }));
    }

    [Fact]
    public void Process_ScanOfMoreTargetsThanPlaces_IsCountedTogetherAndNamed()
    {
        for (uint target = 0; target < Targets; target++) Pass(Scanner, FirstTarget + target, Syn);
        _table.Flush();

        Assert.InRange(_told.Count, 64, Targets / 4);
        Assert.Equal(Targets, _told.Count + _table.Counters.Collapsed);
        Assert.Equal(_table.Counters.Received, _table.Counters.Accounted);
        var role = Assert.Single(_facts, fact => fact.Kind == FactKind.Role);
        Assert.Equal((Address.IPv4(Scanner), "scanner", (long)Targets), (role.Subject, role.Value, role.Evidence.LastFrame));
    }

    [Fact]
    public void Process_TargetOfACollapsedScanAnswers_IsAConversation()
    {
        for (uint target = 0; target < Targets; target++) Pass(Scanner, FirstTarget + target, Syn);
        Pass(FirstTarget + Targets - 1, Scanner, Syn | Ack);
        Pass(Scanner, FirstTarget + Targets - 1, Ack);
        _table.Flush();

        var answered = Assert.Single(_told, told => told.Outcome == Outcome.Established);
        Assert.Equal(Address.IPv4(Scanner), answered.Originator.Address);
    }

    [Fact]
    public void Process_FloodOfInventedSenders_LosesNoAnsweredConversation()
    {
        Pass(Client, Server, Syn);
        Pass(Server, Client, Syn | Ack);
        Pass(Client, Server, Ack);
        for (uint sender = 0; sender < Targets; sender++) Pass(FirstTarget + sender, Server, Syn);
        _table.Flush();

        var kept = Assert.Single(_told, told => told.Outcome == Outcome.Established);
        Assert.Equal(Address.IPv4(Client), kept.Originator.Address);
        Assert.True(_table.Counters.GivenUp > 0);
        Assert.InRange(_told.Count, 2, Targets / 4);
        Assert.Equal(_table.Counters.Received, _table.Counters.Accounted);
    }

    [Fact]
    public void Process_MapSparesMemory_OnlyWhatWasAnsweredIsToldAndTheRestCounted()
    {
        _isSparing = true;
        for (uint sender = 0; sender < 100; sender++) Pass(FirstTarget + sender, Server, Syn);
        Pass(Client, Server, Syn);
        Pass(Server, Client, Syn | Ack);
        _table.Flush();

        Assert.Equal(Address.IPv4(Client), Assert.Single(_told).Originator.Address);
        Assert.Equal(100, _table.Counters.Spared);
    }

    /// <summary>One TCP segment without payload on a raw IPv4 link; servers answer on port 502.</summary>
    private void Pass(uint from, uint to, byte flags)
    {
        const ushort RawIp = 101, ClientPort = 40_000, ServerPort = 502;
        Span<byte> octets = stackalloc byte[40];
        octets.Clear();
        octets[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(octets[2..], 40);
        BinaryPrimitives.WriteUInt16BigEndian(octets[4..], (ushort)(_number + 1));
        (octets[8], octets[9]) = (64, 6);
        BinaryPrimitives.WriteUInt32BigEndian(octets[12..], from);
        BinaryPrimitives.WriteUInt32BigEndian(octets[16..], to);
        var fromServer = flags == (Syn | Ack);
        BinaryPrimitives.WriteUInt16BigEndian(octets[20..], fromServer ? ServerPort : ClientPort);
        BinaryPrimitives.WriteUInt16BigEndian(octets[22..], fromServer ? ClientPort : ServerPort);
        (octets[32], octets[33]) = (0x50, flags);
        _table.Process(octets, new FrameRecord(0, 40, 40, new Timestamp(++_number * 1000), RawIp, 0, _number), "test");
    }
}
