using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>How long a conversation may be silent, in packet time, before it is over. Nanoseconds.</summary>
internal static class Timeouts
{
    private const long Second = 1_000_000_000;

    /// <summary>Longer than a SYN is repeated (Linux: 127 s).</summary>
    private const long Opening = 180 * Second;

    /// <summary>For stragglers after FIN or RST (RFC 9293: 2 MSL).</summary>
    private const long Closed = 60 * Second;

    /// <summary>Longer than keep-alives (RFC 9293 section 3.8.4: two hours), since control connections stay open silently.</summary>
    private const long Stream = 3 * 3600 * Second;

    private const long Datagram = 600 * Second;
    private const long Question = 30 * Second;                    // DNS and its like: a new exchange, a new conversation
    private const long Icmp = 60 * Second;
    private const long Link = 3600 * Second;

    public static long Of(ref Flow flow) => flow.Transport switch
    {
        Transport.Tcp or Transport.Sctp when flow.IsClosed => Closed,
        Transport.Tcp or Transport.Sctp when !flow.HasBothDirections => Opening,
        Transport.Tcp or Transport.Sctp => Stream,
        Transport.Udp when flow.Protocol?.Name is "dns" or "ntp" or "llmnr" or "netbios-ns" => Question,
        Transport.Udp => Datagram,
        Transport.Icmp => Icmp,
        Transport.Ip => Datagram,
        _ => Link,
    };
}
