using System.Runtime.InteropServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>One direction of a conversation while it lasts: one line of the processor's cache.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct FlowSide
{
    public long Packets;
    public long IpOctets;
    public long PayloadOctets;
    public MessageFramer Framer;
    public uint InitialSequence;
    public TcpSequence Sequence;

    /// <summary>All TCP flags ever sent; a SYN with ACK counts as <see cref="SynAck"/> instead.</summary>
    public TcpFlags Flags;
    public bool SynAck;

    /// <summary>An ACK after the other side's SYN-ACK: the handshake's third step.</summary>
    public bool AckedSynAck;

    /// <summary>Anything but a RST was sent: a host that only resets offers nothing.</summary>
    public bool SentMoreThanReset;

    /// <summary>TTL or hop limit of the first frame that is not a RST, and of the first RST.</summary>
    public byte TimeToLive;
    public byte ResetTimeToLive;

    /// <summary>How often a protocol was sought in this direction.</summary>
    public byte Tries;

    /// <summary>How its part of the handshake went.</summary>
    public readonly (TcpFlags, bool, bool, bool) Standing => (Flags, SynAck, AckedSynAck, SentMoreThanReset);

    public readonly Traffic Traffic => new(Packets, IpOctets, PayloadOctets);
}
