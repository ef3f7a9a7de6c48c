using System.Net.NetworkInformation;
using PacketDotNet;

namespace ExposureMap.SampleMaker.Network;

/// <summary>
/// The mirror port of a site: keeps what passes on the watched LANs and writes it as a capture in the order of time.
/// A packet between two watched LANs is seen twice, before and after its router, as on a real mirror.
/// </summary>
internal sealed class Mirror(ulong seed)
{
    private static readonly TimeSpan Forwarding = TimeSpan.FromMicroseconds(45);
    private static readonly TimeSpan CopyDelay = TimeSpan.FromMicroseconds(7);

    private readonly List<(DateTimeOffset At, Func<byte[]> Frame)> _sightings = [];

    public Chance Chance { get; } = new(seed);

    /// <summary>How many frames in a thousand the mirror shows twice, octet for octet.</summary>
    public int DuplicatesPerMille { get; init; }

    /// <summary>Carries a packet to its target and tells when it arrives.</summary>
    public DateTimeOffset Carry(DateTimeOffset at, Packet packet)
    {
        var from = packet.Source;
        var routed = 0;
        foreach (var (entry, exit) in Router.Route(from.Lan, packet.Target.Lan))
        {
            See(at, packet, from, entry, routed++);
            at += from.Lan.Latency + Forwarding;
            from = exit;
        }

        See(at, packet, from, packet.Target, routed);
        return at + packet.Target.Lan.Latency;
    }

    /// <summary>Keeps a packet that gets no further than the first router.</summary>
    public DateTimeOffset CarryToRouter(DateTimeOffset at, Packet packet)
    {
        See(at, packet, packet.Source, packet.Source.Lan.Gateways[0], 0);
        return at + packet.Source.Lan.Latency;
    }

    /// <summary>A frame without IP, in the LAN of its sender. Frames of the link layer itself (LLDP) carry no tag.</summary>
    public void Hear(DateTimeOffset at, Host sender, string target, EthernetType type, byte[] octets) =>
        Keep(at, sender.Lan, () => Frames.Of(sender.Mac, PhysicalAddress.Parse(target), type, octets));

    public void Hear(DateTimeOffset at, Host sender, PhysicalAddress target, EthernetType type, PacketDotNet.Packet packet) =>
        Keep(at, sender.Lan, () => Frames.Of(sender.Mac, target, sender.Lan.Vlan, type, packet));

    public void WriteTo(Stream file)
    {
        using var writer = new BinaryWriter(file);
        writer.Write(0xA1B2C3D4u);                              // pcap, microseconds, this byte order
        writer.Write((ushort)2);
        writer.Write((ushort)4);
        writer.Write(0L);
        writer.Write(262144);                                   // snap length
        writer.Write(1);                                        // LINKTYPE_ETHERNET
        foreach (var (at, frame) in _sightings.OrderBy(sighting => sighting.At)) Write(writer, at, frame());
    }

    private static void Write(BinaryWriter writer, DateTimeOffset at, byte[] frame)
    {
        var microseconds = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        writer.Write((uint)(microseconds / 1_000_000));
        writer.Write((uint)(microseconds % 1_000_000));
        writer.Write(frame.Length);
        writer.Write(frame.Length);
        writer.Write(frame);
    }

    private void See(DateTimeOffset at, Packet packet, Host from, Host to, int routed) =>
        Keep(at, from.Lan, () => Frames.Of(packet, from, to, routed));

    private void Keep(DateTimeOffset at, Lan lan, Func<byte[]> frame)
    {
        if (lan.Watched == Watched.ByNobody) return;
        _sightings.Add((at, frame));
        if (Chance.Below(1000) < DuplicatesPerMille) _sightings.Add((at + CopyDelay, frame));
    }
}
