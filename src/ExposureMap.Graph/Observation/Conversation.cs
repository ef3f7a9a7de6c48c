using System.Collections.Immutable;

namespace ExposureMap.Graph.Observation;

/// <summary>One direction's traffic. Octets of IP count headers, octets of payload are the transport's.</summary>
public readonly record struct Traffic(long Packets, long IpOctets, long PayloadOctets)
{
    public static Traffic operator +(Traffic left, Traffic right) =>
        new(left.Packets + right.Packets, left.IpOctets + right.IpOctets, left.PayloadOctets + right.PayloadOctets);
}

/// <summary>How many messages of one kind were sent.</summary>
/// <param name="Function"><c>protocol.code</c>, the code in decimal (<c>modbus.3</c>).</param>
public readonly record struct FunctionTally(string Function, long Count);

/// <summary>
/// The waist of the hourglass: both directions of one transport 5-tuple (or ICMP/other-IP pair, or EtherType pair) inside one scope.
/// An unfinished conversation may be told again with more in it; <see cref="Number"/> says that it is the same.
/// </summary>
public sealed record Conversation
{
    /// <summary>Unique within a run, in the order of first frames.</summary>
    public required long Number { get; init; }

    public required Transport Transport { get; init; }

    /// <summary>IP protocol number, or EtherType for <see cref="Observation.Transport.Ethernet"/>.</summary>
    public ushort Protocol { get; init; }

    public required Endpoint Originator { get; init; }

    public required Endpoint Responder { get; init; }

    /// <summary>Outer VLAN, -1 for none.</summary>
    public int Vlan { get; init; } = -1;

    /// <summary>Inner VLAN of a QinQ pair, -1 for none.</summary>
    public int InnerVlan { get; init; } = -1;

    /// <summary>The tunnel path, outermost first (<c>gre/erspan 10</c>), empty for none.</summary>
    public string Tunnel { get; init; } = "";

    /// <summary>The overlay network whose addresses these are (<c>vxlan 42</c>), empty for the site's own.</summary>
    public string Overlay { get; init; } = "";

    /// <summary>Application protocols, outermost first, separated by commas; empty when unknown.</summary>
    public string Service { get; init; } = "";

    public ServiceBasis ServiceBasis { get; init; }

    public required Outcome Outcome { get; init; }

    public required DirectionBasis DirectionBasis { get; init; }

    public required Timestamp Start { get; init; }

    /// <summary>Time of the responder's first frame, the proof that it was reached; <see cref="Timestamp.Never"/> when it never spoke.</summary>
    public Timestamp Arrival { get; init; } = Timestamp.Never;

    public required Timestamp End { get; init; }

    /// <summary>Nothing more will be told of it.</summary>
    public bool IsOver { get; init; } = true;

    public Traffic OriginatorTraffic { get; init; }

    public Traffic ResponderTraffic { get; init; }

    /// <summary>Zeek's <c>conn_state</c> and <c>history</c>.</summary>
    public string State { get; init; } = "OTH";

    public string History { get; init; } = "";

    /// <summary>Octets that were acknowledged but never captured.</summary>
    public long MissedOctets { get; init; }

    /// <summary>Frames recognised as a mirror's duplicates; in no other count.</summary>
    public long Duplicates { get; init; }

    /// <summary>What the originator's messages do to the responder.</summary>
    public EffectTally Effects { get; init; }

    /// <summary>
    /// What the responder's messages do to the originator: mostly reports, but a head-end that a meter called commands over the meter's session.
    /// </summary>
    public EffectTally ResponderEffects { get; init; }

    /// <summary>Messages that the originator sent, by kind; each kind once.</summary>
    public ImmutableArray<FunctionTally> Functions { get; init; } = [];

    public ImmutableArray<FunctionTally> ResponderFunctions { get; init; } = [];

    /// <summary>The most serious messages, bounded.</summary>
    public ImmutableArray<Operation> Operations { get; init; } = [];

    public required Evidence Evidence { get; init; }

    /// <summary>Who said that it is blocked: the source of the ICMP error, else none.</summary>
    public Address BlockedBy { get; init; }

    public Service ToService() => new(Transport, Transport is Transport.Ip or Transport.Ethernet ? Protocol : Responder.Port, Service);
}
