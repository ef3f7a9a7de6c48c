using PacketDotNet;

namespace ExposureMap.SampleMaker.Network;

/// <summary>One IPv4 packet on its way. Its identification is drawn when its first sighting is written, so that it rises with time.</summary>
internal sealed class Packet(Host source, Host target, Func<PacketDotNet.Packet> payload, ProtocolType protocol)
{
    private ushort? _identification;

    public Host Source { get; } = source;

    public Host Target { get; } = target;

    public ProtocolType Protocol { get; } = protocol;

    public ushort Identification => _identification ??= Source.NextIdentification();

    /// <summary>As it enters the first LAN that is drawn.</summary>
    public int FreshTimeToLive { get; init; } = source.TimeToLive - source.Distance;

    public PacketDotNet.Packet Payload() => payload();
}
