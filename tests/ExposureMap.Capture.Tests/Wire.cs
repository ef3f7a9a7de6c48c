using System.Net;
using System.Net.NetworkInformation;
using ExposureMap.Graph.Observation;
using PacketDotNet;

namespace ExposureMap.Capture.Tests;

/// <summary>The words that tests build frames of: PacketDotNet writes Ethernet, 802.1Q, IP, TCP and UDP; the rest is typed as hex digits.</summary>
internal static class Wire
{
    public const ushort EthernetLink = 1;
    public const string Client = "10.0.0.1", Server = "10.0.0.2";

    /// <summary>Hex digits; blanks are for the reader.</summary>
    public static byte[] Hex(string digits) => Convert.FromHexString(string.Concat(digits.Where(char.IsAsciiHexDigit)));

    /// <summary>A header typed in hex with what it carries.</summary>
    public static byte[] Hex(string digits, byte[] payload) => [.. Hex(digits), .. payload];

    public static byte[] Ethernet(ushort type, byte[] payload, byte from = 1, byte to = 2) =>
        Bytes(new EthernetPacket(Mac(from), Mac(to), (EthernetType)type) { PayloadData = payload });

    public static byte[] IPv4(ProtocolType protocol, byte[] payload, string from = Client, string to = Server, int timeToLive = 64,
        ushort identification = 1)
    {
        var ip = new IPv4Packet(IPAddress.Parse(from), IPAddress.Parse(to))
        {
            Protocol = protocol,
            TimeToLive = timeToLive,
            Id = identification,
            PayloadData = payload
        };
        return Bytes(ip);
    }

    /// <summary>A part of a datagram's payload (RFC 791 section 3.1): offset in octets, a multiple of 8.</summary>
    public static byte[] Fragment(ProtocolType protocol, byte[] part, int offset, bool more, ushort identification,
        string from = Client, string to = Server)
    {
        var octets = IPv4(protocol, part, from, to, identification: identification);
        var field = (more ? 0x2000 : 0) | offset / 8;
        (octets[6], octets[7]) = ((byte)(field >> 8), (byte)field);
        return octets;
    }

    public static byte[] IPv6(ProtocolType next, byte[] payload, string from = "2001:db8::1", string to = "2001:db8::2", int hopLimit = 64) =>
        Bytes(new IPv6Packet(IPAddress.Parse(from), IPAddress.Parse(to)) { NextHeader = next, HopLimit = hopLimit, PayloadData = payload });

    public static byte[] Udp(ushort from, ushort to, byte[] payload) => Bytes(new UdpPacket(from, to) { PayloadData = payload });

    /// <param name="flags">Letters: S, A, F, R, P.</param>
    public static byte[] Tcp(ushort from, ushort to, string flags, uint sequence, uint acknowledgment, byte[] payload) =>
        Bytes(new TcpPacket(from, to)
        {
            SequenceNumber = sequence,
            AcknowledgmentNumber = acknowledgment,
            Synchronize = flags.Contains('S', StringComparison.Ordinal),
            Acknowledgment = flags.Contains('A', StringComparison.Ordinal),
            Finished = flags.Contains('F', StringComparison.Ordinal),
            Reset = flags.Contains('R', StringComparison.Ordinal),
            Push = flags.Contains('P', StringComparison.Ordinal),
            WindowSize = 64240,
            PayloadData = payload,
        });

    public static Address Address(string text) =>
        Graph.Observation.Address.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    public static PhysicalAddress Mac(byte last) => new([2, 0, 0, 0, 0, last]);

    private static byte[] Bytes(Packet packet)
    {
#pragma warning disable RS0030 // the frame is our own
        return packet.Bytes;
#pragma warning restore RS0030
    }
}
