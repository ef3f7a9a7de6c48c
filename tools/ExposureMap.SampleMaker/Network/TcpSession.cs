using PacketDotNet;
using PacketDotNet.Utils;

namespace ExposureMap.SampleMaker.Network;

/// <summary>One TCP connection told as a dialogue: the client says, the server answers. <see cref="Now"/> moves with every turn.</summary>
internal sealed class TcpSession
{
    private const int SegmentSize = 1460;                       // Ethernet's 1500 less the IP and TCP headers
    private const int DataOffset = 12;                          // octet of the header, RFC 9293, section 3.1
    private static readonly byte[] MaximumSegmentSize = [2, 4, 0x05, 0xB4];                 // RFC 9293, section 3.2
    private static readonly TimeSpan DelayedAcknowledgment = TimeSpan.FromMilliseconds(40);

    private readonly Mirror _mirror;
    private readonly Side _client;
    private readonly Side _server;
    private Side? _owesAcknowledgment;

    private TcpSession(Mirror mirror, Host client, Host server, ushort port, DateTimeOffset at)
    {
        _mirror = mirror;
        _client = new Side(client, client.NextPort(), mirror.Chance.Number());
        _server = new Side(server, port, mirror.Chance.Number());
        Now = at;
    }

    private enum Flags { Ack, PushAck, Syn, SynAck, FinAck, RstAck }

    public DateTimeOffset Now { get; private set; }

    public Host Client => _client.Host;

    public static TcpSession Open(Mirror mirror, Host client, Host server, ushort port, DateTimeOffset at)
    {
        var session = new TcpSession(mirror, client, server, port, at);
        session.Send(session._client, session._server, Flags.Syn, []);
        session.Send(session._server, session._client, Flags.SynAck, []);
        session.Send(session._client, session._server, Flags.Ack, []);
        return session;
    }

    /// <summary>A connection that was open before anybody watched.</summary>
    public static TcpSession Resume(Mirror mirror, Host client, Host server, ushort port, DateTimeOffset at) =>
        new(mirror, client, server, port, at);

    /// <summary>The server's own stack refuses: nobody listens on that port.</summary>
    public static void Refused(Mirror mirror, Host client, Host server, ushort port, DateTimeOffset at)
    {
        var session = new TcpSession(mirror, client, server, port, at);
        session.Send(session._client, session._server, Flags.Syn, []);
        session.Send(session._server, session._client, Flags.RstAck, []);
    }

    public TcpSession Say(byte[] octets) => Talk(_client, _server, octets);

    public TcpSession Answer(byte[] octets)
    {
        Now += _mirror.Chance.Milliseconds(1, 4);
        return Talk(_server, _client, octets);
    }

    public TcpSession Ask(byte[] question, byte[] answer) => Say(question).Answer(answer);

    public TcpSession Wait(TimeSpan pause)
    {
        Settle();
        Now += pause;
        return this;
    }

    public TcpSession WaitUntil(DateTimeOffset moment) => moment > Now ? Wait(moment - Now) : this;

    public DateTimeOffset Close()
    {
        Settle();
        Now += _mirror.Chance.Milliseconds(2, 30);
        Send(_client, _server, Flags.FinAck, []);
        Send(_server, _client, Flags.FinAck, []);
        Send(_client, _server, Flags.Ack, []);
        return Now;
    }

    private TcpSession Talk(Side from, Side to, byte[] octets)
    {
        if (_owesAcknowledgment == to) Settle();
        var sent = Now;
        for (var offset = 0; offset < octets.Length; offset += SegmentSize)
        {
            Now = sent += TimeSpan.FromMicroseconds(250);         // longer than the mirror takes to show a routed copy
            Send(from, to, Flags.PushAck, octets[offset..Math.Min(octets.Length, offset + SegmentSize)]);
        }

        _owesAcknowledgment = to;
        return this;
    }

    private void Settle()
    {
        if (_owesAcknowledgment is not { } side) return;
        var next = Now += DelayedAcknowledgment;
        Send(side, side == _client ? _server : _client, Flags.Ack, []);
        Now = next;
    }

    private void Send(Side from, Side to, Flags flags, byte[] octets)
    {
        var (sequence, acknowledgment) = (from.Next, flags == Flags.Syn ? 0 : to.Next);
        var packet = new Packet(from.Host, to.Host, () => Segment(from.Port, to.Port, sequence, acknowledgment, flags, octets), ProtocolType.Tcp);
        from.Next += (uint)octets.Length + (flags is Flags.Syn or Flags.SynAck or Flags.FinAck ? 1u : 0u);
        if (_owesAcknowledgment == from) _owesAcknowledgment = null;
        Now = _mirror.Carry(Now, packet) + TimeSpan.FromMicroseconds(20 + _mirror.Chance.Below(80));
    }

    private static TcpPacket Segment(ushort source, ushort target, uint sequence, uint acknowledgment, Flags flags, byte[] octets)
    {
        var opening = flags is Flags.Syn or Flags.SynAck;
        var header = new byte[opening ? 24 : 20];
        header[DataOffset] = (byte)(header.Length / 4 << 4);    // in words, high half: the constructor believes it
        if (opening) MaximumSegmentSize.CopyTo(header, 20);
        return new TcpPacket(new ByteArraySegment(header))
        {
            SourcePort = source,
            DestinationPort = target,
            SequenceNumber = sequence,
            AcknowledgmentNumber = acknowledgment,
            Synchronize = opening,
            Acknowledgment = flags != Flags.Syn,
            Push = flags == Flags.PushAck,
            Finished = flags == Flags.FinAck,
            Reset = flags == Flags.RstAck,
            WindowSize = flags == Flags.RstAck ? (ushort)0 : (ushort)64240,
            PayloadData = octets,
        };
    }

    /// <summary>A SYN that nothing but the network answers: see <see cref="Probe"/>.</summary>
    internal static TcpPacket Knock(ushort source, ushort target, uint sequence) => Segment(source, target, sequence, 0, Flags.Syn, []);

    internal static TcpPacket Refusal(ushort source, ushort target, uint acknowledgment) =>
        Segment(source, target, 0, acknowledgment, Flags.RstAck, []);

    private sealed class Side(Host host, ushort port, uint next)
    {
        public Host Host { get; } = host;

        public ushort Port { get; } = port;

        public uint Next { get; set; } = next;
    }
}
