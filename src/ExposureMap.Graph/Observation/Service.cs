using System.Globalization;

namespace ExposureMap.Graph.Observation;

/// <summary>
/// What a conduit leads to: transport, responder port and recognised application protocols, outermost first and separated by commas
/// (<c>tcp/44818 enip,cip</c>). The name is empty when nothing was recognised. <see cref="Port"/> is the IP protocol number or the EtherType
/// where the transport has no ports.
/// </summary>
public readonly record struct Service(Transport Transport, ushort Port, string Name)
{
    public string TransportWord => Transport switch
    {
        Transport.Tcp => "tcp",
        Transport.Udp => "udp",
        Transport.Sctp => "sctp",
        Transport.Icmp => "icmp",
        Transport.Ip => "ip",
        _ => "ether",
    };

    /// <summary>The innermost recognised protocol, or empty.</summary>
    public string Innermost => Name[(Name.LastIndexOf(',') + 1)..];

    /// <summary>
    /// It stands for many services, and its name for which: <c>any</c>, <c>tcp/*</c>, <c>modbus</c> on whatever port. Never seen, only permitted.
    /// </summary>
    public bool IsWide => Transport == Transport.Ip && Port == 0 && Name.Length > 0;

    public static Service Wide(string name) => new(Transport.Ip, 0, name);

    public bool Speaks(string protocol) => Name == protocol || Name.Split(',').Contains(protocol, StringComparer.Ordinal);

    public override string ToString()
    {
        if (IsWide) return Name;
        var carrier = Transport switch
        {
            Transport.Icmp => "icmp",
            Transport.Ethernet => string.Create(CultureInfo.InvariantCulture, $"ether/0x{Port:x4}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{TransportWord}/{Port}"),
        };
        return Name.Length == 0 || Name == carrier ? carrier : $"{carrier} {Name}";
    }
}
