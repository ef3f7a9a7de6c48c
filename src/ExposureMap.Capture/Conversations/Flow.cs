using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// A conversation while it lasts: the mutable state from which <see cref="FlowTelling"/> makes the record. A row of the <see cref="FlowTable"/>,
/// small and in one piece, since each frame of a large capture finds its conversation outside the processor's cache. Fields stand in whole lines
/// of that cache: each side, what finds it, what every frame changes; last what only its first frames and its end touch.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 5 * Cache.Line)]
internal struct Flow
{
    /// <summary>What most frames touch.</summary>
    public const int HotOctets = 4 * Cache.Line;

    [InlineArray(2)]
    private struct Sides
    {
        private FlowSide _low;
    }

    [InlineArray(2)]
    private struct Times
    {
        private long _low;
    }

    private Sides _sides;

    public FlowKey Key;

    /// <summary>Its own row.</summary>
    public int Row;

    /// <summary>The row of what protocols noted, 0 for nothing.</summary>
    public int Log;

    public bool FirstIsLow;
    public Transport Transport;

    /// <summary>Why <see cref="Protocol"/> is believed.</summary>
    public ServiceBasis ServiceBasis;

    /// <summary>Nothing came back yet: it stands among <see cref="UnansweredFlows"/>.</summary>
    public bool IsUnanswered;

    /// <summary>Has changed since it was told, and stands in the list of those.</summary>
    public bool IsChanged;

    /// <summary>What changed is more than counters and times: who asks, how it went, what is spoken, what is done.</summary>
    public bool HasNews;

    private byte _protocol;
    private byte _suspected;

    public long Number;
    public long Last;
    public long LastFrame;
    public FlowHistory History;
    public long Duplicates;

    /// <summary>Octets that a side acknowledged before they were captured.</summary>
    public long Missed;

    /// <summary>The rows of the conversations that began before and after it; 0 for none.</summary>
    public int Earlier;
    public int Later;

    /// <summary>Where <see cref="FlowTable"/> keeps its <see cref="FlowExtra"/>, 0 for none.</summary>
    public int Extra;

    /// <summary>The capture it began in, by its number in the <see cref="FlowTable"/>.</summary>
    public int Capture;

    public long FirstFrame;
    private Times _firsts;

    /// <summary>The row of what was told of it while it goes on, 0 for nothing.</summary>
    public int Told;

    public IProtocol? Protocol
    {
        readonly get => ProtocolCatalog.Numbered(_protocol);
        set
        {
            var before = _protocol;
            _protocol = ProtocolCatalog.NumberOf(value);
            HasNews |= _protocol != before;
        }
    }

    /// <summary>A protocol that one message fitted weakly; a second one makes it believed.</summary>
    public IProtocol? Suspected
    {
        readonly get => ProtocolCatalog.Numbered(_suspected);
        set => _suspected = ProtocolCatalog.NumberOf(value);
    }

    /// <summary>The number of <see cref="Protocol"/>'s name in <see cref="ProtocolNames"/>.</summary>
    public readonly ushort ProtocolName => _protocol;

    [UnscopedRef]
    public ref FlowSide Side(bool low) => ref _sides[low ? 0 : 1];

    /// <summary>Nanoseconds since 1970 of a side's first frame; meaningful when it sent any.</summary>
    [UnscopedRef]
    public ref long First(bool low) => ref _firsts[low ? 0 : 1];

    /// <summary>Nanoseconds since 1970.</summary>
    public readonly long Start => _firsts[FirstIsLow ? 0 : 1];

    /// <summary>FIN from both sides or a RST: what follows is another conversation, unless it is a straggler.</summary>
    public readonly bool IsClosed =>
        ((_sides[0].Flags | _sides[1].Flags) & TcpFlags.Rst) != 0 || (_sides[0].Flags & _sides[1].Flags & TcpFlags.Fin) != 0;

    public readonly bool HasBothDirections => _sides[0].Packets > 0 && _sides[1].Packets > 0;

    public static Transport TransportOf(in FlowKey key) => key.IpVersion == 0 ? Transport.Ethernet : (byte)key.Protocol switch
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
