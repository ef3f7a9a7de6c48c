using System.Globalization;
using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using PacketDotNet;
using Xunit;
using static ExposureMap.Capture.Tests.Wire;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>
/// A tap between 10.0.0.1 (the client, port 40000) and 10.0.0.2 (the server, port 502): what passes it goes into a conversation table. A frame every
/// millisecond of packet time, each with an identification of its own.
/// </summary>
internal sealed class Tap : IObserver
{
    public const ushort ClientPort = 40000, ServerPort = 502;

    /// <summary>2026-01-01T00:00:00Z.</summary>
    public const long Start = 1_767_225_600;

    private ushort _identification;
    private long _frame;

    public Tap(bool isLive = false) => Table = new ConversationTable(this) { TracksChanges = isLive };

    public ConversationTable Table { get; }

    public List<(Conversation Now, Conversation? Before)> Told { get; } = [];

    public List<AssetFact> Facts { get; } = [];

    /// <summary>Nanoseconds of packet time since <see cref="Start"/>.</summary>
    public long Now { get; set; }

    public ushort Server { get; init; } = ServerPort;

    void IObserver.OnConversation(Conversation now, Conversation? before) => Told.Add((now, before));

    void IObserver.OnFact(AssetFact fact) => Facts.Add(fact);

    public static Timestamp At(double second) => new(Start * 1_000_000_000 + (long)(second * 1e9));

    public Tap Wait(double seconds)
    {
        Now += (long)(seconds * 1e9);
        return this;
    }

    /// <summary>A TCP segment from the client: flags, sequence number, acknowledgment, payload in hex.</summary>
    public Tap C(string flags, uint sequence, uint acknowledgment = 0, string payload = "", int timeToLive = 64) =>
        Ip(IPv4(ProtocolType.Tcp, Tcp(ClientPort, Server, flags, sequence, acknowledgment, Hex(payload)), timeToLive: timeToLive,
            identification: ++_identification));

    /// <summary>A TCP segment from the server.</summary>
    public Tap S(string flags, uint sequence, uint acknowledgment = 0, string payload = "", int timeToLive = 64) =>
        Ip(IPv4(ProtocolType.Tcp, Tcp(Server, ClientPort, flags, sequence, acknowledgment, Hex(payload)), Wire.Server, Client, timeToLive,
            ++_identification), fromClient: false);

    /// <summary>SYN, SYN-ACK, ACK with the initial sequence numbers 1000 and 2000.</summary>
    public Tap Handshake() => C("S", 1000).S("SA", 2000, 1001).C("A", 1001, 2001);

    public Tap UdpC(string payload) => Ip(IPv4(ProtocolType.Udp, Udp(ClientPort, Server, Hex(payload)), identification: ++_identification));

    public Tap UdpS(string payload) =>
        Ip(IPv4(ProtocolType.Udp, Udp(Server, ClientPort, Hex(payload)), Wire.Server, Client, identification: ++_identification), fromClient: false);

    /// <summary>An ICMP error of RFC 792 that quotes a packet's header and 8 octets more.</summary>
    public Tap Icmp(string from, byte type, byte code, byte[] quoted) =>
        Ip(IPv4(ProtocolType.Icmp, [type, code, 0, 0, 0, 0, 0, 0, .. quoted.Take(28)], from, Client, identification: ++_identification),
            fromClient: false);

    public Tap Ip(byte[] packet, bool fromClient = true) =>
        Frame(Ethernet(packet[0] >> 4 == 4 ? (ushort)0x0800 : (ushort)0x86DD, packet, fromClient ? (byte)1 : (byte)2,
            fromClient ? (byte)2 : (byte)1));

    public Tap Frame(byte[] octets, int? originalLength = null)
    {
        Now += 1_000_000;
        var at = new Timestamp(Start * 1_000_000_000 + Now);
        Table.Process(octets, new FrameRecord(0, octets.Length, originalLength ?? octets.Length, at, EthernetLink, 0, ++_frame), "tap");
        return this;
    }

    /// <summary>The end of the input. Every frame is in one counter.</summary>
    public IReadOnlyList<Conversation> End()
    {
        Table.Flush();
        Assert.Equal(Table.Counters.Received, Table.Counters.Accounted);
        return [.. Told.Select(told => told.Now)];
    }

    public Conversation EndOne() => Assert.Single(End());

    public static string Functions(Conversation conversation) =>
        string.Join(' ', Text(conversation.Functions)) + " | " + string.Join(' ', Text(conversation.ResponderFunctions));

    private static IEnumerable<string> Text(IEnumerable<FunctionTally> counts) =>
        counts.OrderBy(one => one.Function, StringComparer.Ordinal)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Function}={one.Count}"));
}
