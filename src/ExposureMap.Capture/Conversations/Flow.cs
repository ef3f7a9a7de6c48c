using System.Runtime.CompilerServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>What an ICMP error said about a conversation.</summary>
internal enum IcmpVerdict : byte { None, Prohibited, PortUnreachable, Unreachable }

/// <summary>A conversation while it lasts: the mutable state from which <see cref="FlowTelling"/> makes the record.</summary>
internal sealed class Flow(in FlowKey key, long number, bool firstIsLow, long start)
{
    [InlineArray(2)]
    private struct Pair
    {
        private FlowSide _low;
    }

    private Pair _sides;

    public readonly FlowKey Key = key;
    public readonly long Number = number;
    public readonly bool FirstIsLow = firstIsLow;
    public readonly long Start = start;
    public long Last = start;
    public long FirstFrame;
    public long LastFrame;
    public long Duplicates;
    public required string Capture;

    /// <summary>Its key beyond a router, in another scope, where a mirror sees the answers first; null when no copy was seen there.</summary>
    public FlowKey? FarSide;

    public IProtocol? Protocol;

    /// <summary>Why <see cref="Protocol"/> is believed.</summary>
    public ServiceBasis ServiceBasis;

    /// <summary>A protocol that one message fitted weakly; a second one makes it believed.</summary>
    public IProtocol? Suspected;
    public FlowLog? Log;
    public FlowHistory History;

    public IcmpVerdict IcmpVerdict;
    public Address IcmpSource;

    /// <summary>Nothing came back yet: it stands among <see cref="UnansweredFlows"/>.</summary>
    public bool IsUnanswered;

    /// <summary>What was last told of this conversation.</summary>
    public Conversation? Told;

    /// <summary>Has changed since it was told, and stands in the list of those.</summary>
    public bool IsChanged;

    public Transport Transport => Key.IpVersion == 0 ? Transport.Ethernet : (byte)Key.Protocol switch
    {
        6 when Key.HasPorts => Transport.Tcp,
        17 when Key.HasPorts => Transport.Udp,
        132 when Key.HasPorts => Transport.Sctp,
        1 when Key.IpVersion == 4 => Transport.Icmp,
        58 when Key.IpVersion == 6 => Transport.Icmp,
        _ => Transport.Ip,
    };

    public ref FlowSide Side(bool low) => ref _sides[low ? 0 : 1];

    public FlowLog Notes => Log ??= new FlowLog();

    /// <summary>FIN from both sides or a RST: what follows is another conversation, unless it is a straggler.</summary>
    public bool IsClosed => ((Side(true).Flags | Side(false).Flags) & TcpFlags.Rst) != 0 || (Side(true).Flags & Side(false).Flags & TcpFlags.Fin) != 0;

    public bool HasBothDirections => Side(true).Packets > 0 && Side(false).Packets > 0;
}
