namespace ExposureMap.Graph.Observation;

/// <summary>What carries a conversation. <see cref="Ip"/> is any other IP protocol, <see cref="Ethernet"/> a frame without IP.</summary>
public enum Transport : byte { Tcp, Udp, Sctp, Icmp, Ip, Ethernet }
