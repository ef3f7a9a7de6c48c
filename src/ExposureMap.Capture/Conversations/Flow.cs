using System.Runtime.CompilerServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// A conversation while it lasts: the mutable state from which <see cref="FlowTelling"/> makes the record. Kept small and in one piece, since each
/// frame of a large capture finds its conversation outside the processor's cache.
/// </summary>
internal sealed class Flow(in FlowKey key, long number, bool firstIsLow, long start)
{
    /// <summary>About what one takes; what is fetched ahead of a frame.</summary>
    public const int Octets = 384;

    [InlineArray(2)]
    private struct Pair
    {
        private FlowSide _low;
    }

    private Pair _sides;

    public readonly FlowKey Key = key;
    public readonly long Number = number;
    public readonly long Start = start;
    public readonly bool FirstIsLow = firstIsLow;
    public readonly Transport Transport = TransportOf(key);

    /// <summary>Why <see cref="Protocol"/> is believed.</summary>
    public ServiceBasis ServiceBasis;

    /// <summary>Nothing came back yet: it stands among <see cref="UnansweredFlows"/>.</summary>
    public bool IsUnanswered;

    /// <summary>Has changed since it was told, and stands in the list of those.</summary>
    public bool IsChanged;

    /// <summary>Is in no <see cref="FlowTable"/> any more.</summary>
    public bool IsOver;

    public long Last = start;
    public long FirstFrame;
    public long LastFrame;
    public long Duplicates;
    public required string Capture;
    public FlowHistory History;

    public IProtocol? Protocol;
    public FlowLog? Log;

    /// <summary>What was last told of this conversation, where it is told again as it grows.</summary>
    public Conversation? Told;

    /// <summary>What few conversations have.</summary>
    public FlowExtra? Extra;

    public ref FlowSide Side(bool low) => ref _sides[low ? 0 : 1];

    public FlowLog Notes => Log ??= new FlowLog();

    public FlowExtra Extras => Extra ??= new FlowExtra();

    /// <summary>FIN from both sides or a RST: what follows is another conversation, unless it is a straggler.</summary>
    public bool IsClosed => ((Side(true).Flags | Side(false).Flags) & TcpFlags.Rst) != 0 || (Side(true).Flags & Side(false).Flags & TcpFlags.Fin) != 0;

    public bool HasBothDirections => Side(true).Packets > 0 && Side(false).Packets > 0;

    private static Transport TransportOf(in FlowKey key) => key.IpVersion == 0 ? Transport.Ethernet : (byte)key.Protocol switch
    {
        6 when key.HasPorts => Transport.Tcp,
        17 when key.HasPorts => Transport.Udp,
        132 when key.HasPorts => Transport.Sctp,
        1 when key.IpVersion == 4 => Transport.Icmp,
        58 when key.IpVersion == 6 => Transport.Icmp,
        _ => Transport.Ip,
    };
}

/// <summary>What an ICMP error said about a conversation.</summary>
internal enum IcmpVerdict : byte { None, Prohibited, PortUnreachable, Unreachable }

/// <summary>What few conversations have: kept apart, so that it costs the others nothing.</summary>
internal sealed class FlowExtra
{
    /// <summary>Its key beyond a router, in another scope, where a mirror sees the answers first; null when no copy was seen there.</summary>
    public FlowKey? FarSide;

    public IcmpVerdict IcmpVerdict;
    public Address IcmpSource;

    /// <summary>A protocol that one message fitted weakly; a second one makes it believed.</summary>
    public IProtocol? Suspected;
}
