using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using PacketDotNet;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>A short dialogue of one protocol, typed from its standard: what its test reads and what its sample capture holds.</summary>
/// <param name="Port">The server's port; the EtherType on Ethernet, 0 for LLC.</param>
public sealed record Exchange(Transport Transport, ushort Port)
{
    public ImmutableArray<(bool FromClient, byte[] Octets)> Messages { get; init; } = [];

    /// <summary>Hex digits; blanks and line breaks are for the reader.</summary>
    public Exchange Client(string hex) => Client(Octets(hex));

    public Exchange Client(ReadOnlySpan<byte> octets) => this with { Messages = Messages.Add((true, octets.ToArray())) };

    public Exchange Server(string hex) => Server(Octets(hex));

    public Exchange Server(ReadOnlySpan<byte> octets) => this with { Messages = Messages.Add((false, octets.ToArray())) };

    public static byte[] Octets(string hex) => Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));

    /// <summary>Lets a protocol read every message, framed as the conversation table would.</summary>
    public RecordingNotes Read(IProtocol protocol)
    {
        var notes = new RecordingNotes(Transport, Port);
        Dictionary<bool, byte[]> kept = [];
        foreach (var (fromClient, octets) in Messages)
        {
            byte[] message = [.. kept.GetValueOrDefault(fromClient) ?? [], .. octets];
            notes.Unread = 0;
            ReadSegment(protocol, notes, fromClient, message);
            kept[fromClient] = message[^notes.Unread..];
        }

        return notes;
    }

    public static void ReadSegment(IProtocol protocol, RecordingNotes notes, bool fromClient, ReadOnlySpan<byte> octets)
    {
        notes.From(fromClient);
        if (notes.Carrier.Transport is not (Transport.Tcp or Transport.Sctp))
        {
            protocol.Read(octets[..Math.Min(octets.Length, protocol.HeadOctets)], notes);
            return;
        }

        while (octets.Length > 0)
        {
            var length = protocol.Measure(octets);
            if (length <= 0 || length > octets.Length) return;
            protocol.Read(octets[..Math.Min(length, protocol.HeadOctets)], notes);
            octets = octets[length..];
        }
    }

    /// <summary>The dialogue as a pcap file (LINKTYPE_ETHERNET, microseconds), with a handshake on TCP; the same bytes each time.</summary>
    public byte[] ToPcap()
    {
        var file = new MemoryStream();
        var writer = new BinaryWriter(file);
        writer.Write(0xA1B2C3D4u);
        writer.Write((ushort)2);
        writer.Write((ushort)4);
        writer.Write(0L);
        writer.Write(262144);
        writer.Write(1);
        var second = 1_767_225_600;                              // 2026-01-01T00:00:00Z, one frame a second
        foreach (var frame in Frames())
        {
            writer.Write(second++);
            writer.Write(0);
            writer.Write(frame.Length);
            writer.Write(frame.Length);
            writer.Write(frame);
        }

        return file.ToArray();
    }

    private IEnumerable<byte[]> Frames()
    {
        uint client = 1000, server = 2000;
        ushort identification = 1;
        if (Transport == Transport.Tcp)
        {
            yield return Tcp(true, client++, 0, identification++, [], synchronize: true);
            yield return Tcp(false, server++, client, identification++, [], synchronize: true);
            yield return Tcp(true, client, server, identification++, []);
        }

        foreach (var (fromClient, octets) in Messages)
        {
            switch (Transport)
            {
                case Transport.Tcp when fromClient:
                    yield return Tcp(true, client, server, identification++, octets);
                    client += (uint)octets.Length;
                    break;
                case Transport.Tcp:
                    yield return Tcp(false, server, client, identification++, octets);
                    server += (uint)octets.Length;
                    break;
                case Transport.Udp:
                    var udp = new UdpPacket(fromClient ? (ushort)49152 : Port, fromClient ? Port : (ushort)49152) { PayloadData = octets };
                    yield return Wrap(fromClient, udp, ProtocolType.Udp, identification++);
                    break;
                default:
                    // 0 is LLC: a length stands in its place
                    yield return Ethernet(fromClient, (EthernetType)(Port == 0 ? octets.Length : Port), octets);
                    break;
            }
        }
    }

    private byte[] Tcp(bool fromClient, uint sequence, uint acknowledgment, ushort identification, byte[] octets, bool synchronize = false)
    {
        var tcp = new TcpPacket(fromClient ? (ushort)49152 : Port, fromClient ? Port : (ushort)49152)
        {
            SequenceNumber = sequence,
            AcknowledgmentNumber = acknowledgment,
            Synchronize = synchronize,
            Acknowledgment = acknowledgment != 0,
            Push = octets.Length > 0,
            WindowSize = 64240,
            PayloadData = octets,
        };
        return Wrap(fromClient, tcp, ProtocolType.Tcp, identification);
    }

    private static byte[] Wrap(bool fromClient, Packet transport, ProtocolType protocol, ushort identification)
    {
        var (source, target) = fromClient ? ("10.0.0.1", "10.0.0.2") : ("10.0.0.2", "10.0.0.1");
        var ip = new IPv4Packet(IPAddress.Parse(source), IPAddress.Parse(target))
        {
            Protocol = protocol,
            TimeToLive = 64,
            Id = identification,
            PayloadPacket = transport
        };
        var ethernet = new EthernetPacket(Mac(fromClient), Mac(!fromClient), EthernetType.IPv4) { PayloadPacket = ip };
#pragma warning disable RS0030 // the frame is our own
        return ethernet.Bytes;
#pragma warning restore RS0030
    }

    private static byte[] Ethernet(bool fromClient, EthernetType type, byte[] octets)
    {
        var ethernet = new EthernetPacket(Mac(fromClient), Mac(!fromClient), type) { PayloadData = octets };
#pragma warning disable RS0030 // the frame is our own
        return ethernet.Bytes;
#pragma warning restore RS0030
    }

    private static PhysicalAddress Mac(bool client) => new([2, 0, 0, 0, 0, client ? (byte)1 : (byte)2]);
}
