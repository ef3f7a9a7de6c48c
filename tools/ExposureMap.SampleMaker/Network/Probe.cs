using PacketDotNet;
using PacketDotNet.Utils;

namespace ExposureMap.SampleMaker.Network;

/// <summary>A connection attempt that the firewall between two LANs stops, in the three ways firewalls do.</summary>
internal static class Probe
{
    private const ushort AdministrativelyProhibited = 0x030D;   // ICMP type 3 code 13, RFC 1812, section 5.2.7.1
    private const int QuotedOctets = 28;                        // the IP header and the first 8 octets of TCP, RFC 792

    /// <summary>The firewall answers in its own name.</summary>
    public static void Prohibited(Mirror mirror, Host from, Host to, ushort port, DateTimeOffset at)
    {
        var firewall = from.Lan.Gateways[0];
        var knock = Knock(mirror, from, to, port);
        var arrival = mirror.CarryToRouter(at, knock) + TimeSpan.FromMicroseconds(60);
        mirror.Carry(arrival, new Packet(firewall, from, () => Unreachable(knock), ProtocolType.Icmp));
    }

    /// <summary>The firewall answers in the target's name: a RST whose TTL is the firewall's.</summary>
    public static void Reset(Mirror mirror, Host from, Host to, ushort port, DateTimeOffset at)
    {
        var source = from.NextPort();
        var sequence = mirror.Chance.Number();
        var arrival = mirror.CarryToRouter(at, new Packet(from, to, () => TcpSession.Knock(source, port, sequence), ProtocolType.Tcp));
        var firewall = from.Lan.Gateways[0];
        var forged = new Host(to.Name, from.Lan, to.Address.ToString(), firewall.Mac.ToString(), firewall.TimeToLive);
        mirror.Carry(arrival + TimeSpan.FromMicroseconds(55),
            new Packet(forged, from, () => TcpSession.Refusal(port, source, sequence + 1), ProtocolType.Tcp));
    }

    /// <summary>The firewall says nothing; the client tries again after one and after three seconds (RFC 6298).</summary>
    public static void Dropped(Mirror mirror, Host from, Host to, ushort port, DateTimeOffset at)
    {
        var source = from.NextPort();
        var sequence = mirror.Chance.Number();
        foreach (var seconds in (int[])[0, 1, 3])
            mirror.CarryToRouter(at.AddSeconds(seconds), new Packet(from, to, () => TcpSession.Knock(source, port, sequence), ProtocolType.Tcp));
    }

    private static Packet Knock(Mirror mirror, Host from, Host to, ushort port)
    {
        var source = from.NextPort();
        var sequence = mirror.Chance.Number();
        return new Packet(from, to, () => TcpSession.Knock(source, port, sequence), ProtocolType.Tcp);
    }

    private static IcmpV4Packet Unreachable(Packet knock)
    {
        var quoted = Frames.Of(knock, knock.Source, knock.Source.Lan.Gateways[0], 0);
        var start = knock.Source.Lan.Vlan == 0 ? 14 : 18;       // Ethernet header, with its tag
        byte[] message = [.. new byte[8], .. quoted.AsSpan(start, QuotedOctets)];
        var icmp = new IcmpV4Packet(new ByteArraySegment(message)) { TypeCode = (IcmpV4TypeCode)AdministrativelyProhibited };
        icmp.UpdateIcmpChecksum();
        return icmp;
    }
}
