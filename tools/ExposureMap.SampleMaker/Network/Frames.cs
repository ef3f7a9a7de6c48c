using System.Net.NetworkInformation;
using PacketDotNet;

namespace ExposureMap.SampleMaker.Network;

/// <summary>Puts packets into Ethernet frames as a mirror port shows them: tagged, padded, with valid checksums.</summary>
internal static class Frames
{
    private const int ShortestFrame = 60;                       // IEEE 802.3, 64 octets with the FCS that no capture shows

    public static byte[] Of(Packet packet, Host from, Host to, int routed)
    {
        var ip = new IPv4Packet(packet.Source.Address, packet.Target.Address)
        {
            Protocol = packet.Protocol,
            TimeToLive = packet.FreshTimeToLive - routed,
            Id = packet.Identification,
            FragmentFlags = packet.Protocol == ProtocolType.Tcp ? (ushort)2 : (ushort)0,     // do not fragment
            PayloadPacket = packet.Payload(),
        };
        switch (ip.PayloadPacket)
        {
            case TcpPacket tcp: tcp.UpdateTcpChecksum(); break;
            case UdpPacket udp: udp.UpdateUdpChecksum(); break;
        }

        ip.UpdateIPChecksum();
        return Of(from.Mac, to.Mac, from.Lan.Vlan, EthernetType.IPv4, ip);
    }

    public static byte[] Of(PhysicalAddress from, PhysicalAddress to, int vlan, EthernetType type, PacketDotNet.Packet payload)
    {
        var ethernet = new EthernetPacket(from, to, vlan == 0 ? type : EthernetType.VLanTaggedFrame);
        if (vlan == 0) ethernet.PayloadPacket = payload;
        else ethernet.PayloadPacket = Tag(vlan, type, payload);
        return Padded(Octets(ethernet));
    }

    public static byte[] Of(PhysicalAddress from, PhysicalAddress to, EthernetType type, byte[] payload) =>
        Padded(Octets(new EthernetPacket(from, to, type) { PayloadData = payload }));

    /// <summary>The octets of a packet that was built here.</summary>
    public static byte[] Octets(PacketDotNet.Packet packet)
    {
#pragma warning disable RS0030 // banned for packets of others: this one is our own, three layers deep, and its lengths are true
        return packet.Bytes;
#pragma warning restore RS0030
    }

    private static Ieee8021QPacket Tag(int vlan, EthernetType type, PacketDotNet.Packet payload) =>
        new(new PacketDotNet.Utils.ByteArraySegment(new byte[Ieee8021QFields.HeaderLength]))
        {
            VlanIdentifier = (ushort)vlan,
            PayloadPacket = payload,                            // before the type: with one, the setter first parses what is not there yet
            Type = type,
        };

    private static byte[] Padded(byte[] frame)
    {
        if (frame.Length < ShortestFrame) Array.Resize(ref frame, ShortestFrame);
        return frame;
    }
}
