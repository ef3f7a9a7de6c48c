using System.Net.NetworkInformation;
using PacketDotNet;

namespace ExposureMap.SampleMaker.Network;

/// <summary>UDP messages and ARP.</summary>
internal static class Datagram
{
    private static readonly PhysicalAddress Everybody = PhysicalAddress.Parse("FF-FF-FF-FF-FF-FF");

    public static DateTimeOffset Send(Mirror mirror, DateTimeOffset at, Host from, ushort source, Host to, ushort target, byte[] octets) =>
        mirror.Carry(at, new Packet(from, to, () => new UdpPacket(source, target) { PayloadData = octets }, ProtocolType.Udp));

    /// <summary>A question and its answer; tells when the answer is back.</summary>
    public static DateTimeOffset Ask(Mirror mirror, DateTimeOffset at, Host from, Host to, ushort port, byte[] question, byte[] answer)
    {
        var source = from.NextPort();
        var arrival = Send(mirror, at, from, source, to, port, question);
        return Send(mirror, arrival + mirror.Chance.Milliseconds(1, 5), to, port, from, source, answer);
    }

    /// <summary>To a multicast group of this link, with the TTL that proves it never left it (RFC 6762, section 11).</summary>
    public static void Multicast(Mirror mirror, DateTimeOffset at, Host from, Host group, ushort port, byte[] octets) =>
        mirror.Carry(at,
            new Packet(from, group, () => new UdpPacket(port, port) { PayloadData = octets }, ProtocolType.Udp) { FreshTimeToLive = 255 });

    /// <summary>To everybody on the sender's LAN.</summary>
    public static void Broadcast(Mirror mirror, DateTimeOffset at, Host from, ushort source, ushort target, string address, byte[] octets) =>
        Send(mirror, at, from, source, Host.Group(address, "FF:FF:FF:FF:FF:FF", from.Lan), target, octets);

    /// <summary>Who has the address, and its answer (RFC 826). Both on one LAN.</summary>
    public static void Resolve(Mirror mirror, DateTimeOffset at, Host asker, Host owner)
    {
        var request = new ArpPacket(ArpOperation.Request, new PhysicalAddress(new byte[6]), owner.Address, asker.Mac, asker.Address);
        var response = new ArpPacket(ArpOperation.Response, asker.Mac, asker.Address, owner.Mac, owner.Address);
        mirror.Hear(at, asker, Everybody, EthernetType.Arp, request);
        mirror.Hear(at + mirror.Chance.Milliseconds(0, 1), owner, asker.Mac, EthernetType.Arp, response);
    }
}
