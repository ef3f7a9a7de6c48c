using System.Net;
using System.Net.NetworkInformation;

namespace ExposureMap.SampleMaker.Network;

/// <summary>One interface of a machine: where it sits, and the counters its IP stack keeps.</summary>
/// <param name="timeToLive">What its stack puts on a fresh packet: 128 Windows, 64 Linux and most devices, 255 routers.</param>
internal sealed class Host(string name, Lan lan, string address, string mac, byte timeToLive = 128)
{
    private const ushort FirstEphemeralPort = 49152;            // RFC 6335, section 6

    private ushort _identification = (ushort)(name.Sum(letter => letter) * 31);
    private ushort _port = (ushort)(FirstEphemeralPort + (name.Sum(letter => letter) % 900));

    public string Name { get; } = name;

    public Lan Lan { get; } = lan;

    public IPAddress Address { get; } = IPAddress.Parse(address);

    public PhysicalAddress Mac { get; } = PhysicalAddress.Parse(mac.Replace(':', '-').ToUpperInvariant());

    public byte TimeToLive { get; } = timeToLive;

    /// <summary>Hops behind a router of ours that nobody draws (the Internet).</summary>
    public int Distance { get; init; }

    public ushort NextIdentification() => _identification++;

    public ushort NextPort() => _port = _port == ushort.MaxValue ? FirstEphemeralPort : (ushort)(_port + 1);

    /// <summary>The address that stands for everybody on a LAN, or for a multicast group.</summary>
    public static Host Group(string address, string mac, Lan lan) => new("group", lan, address, mac);
}
