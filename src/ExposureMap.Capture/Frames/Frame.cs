using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Frames;

/// <summary>How far a frame could be read. Every frame has exactly one.</summary>
public enum FrameStatus : byte
{
    /// <summary>Nothing of it could be read: shorter than its link header.</summary>
    Truncated,

    /// <summary>A link type that is not decoded.</summary>
    UnknownLink,

    /// <summary>More layers than <see cref="FrameDecoder.MaximumLayers"/>.</summary>
    TooDeep,

    /// <summary>A link layer without IP in it.</summary>
    Link,

    /// <summary>IP without ports: another protocol, or a transport header that is cut off.</summary>
    Network,

    /// <summary>A fragment of an IP datagram.</summary>
    Fragment,

    /// <summary>TCP, UDP or SCTP with both ports.</summary>
    Transport,
}

/// <summary>TCP flags, RFC 9293 section 3.1.</summary>
[Flags]
public enum TcpFlags : byte { None = 0, Fin = 1, Syn = 2, Rst = 4, Psh = 8, Ack = 16, Urg = 32 }

/// <summary>
/// What the decoder found: the innermost packet, and the scope around it. A value that is filled anew for each frame;
/// offsets count from the beginning of the octets that were decoded.
/// </summary>
public struct Frame
{
    public FrameStatus Status;

    /// <summary>A length field promises more octets than were captured, or contradicts itself.</summary>
    public bool IsCut;

    public bool HasMacs;

    /// <summary>48 bits, most significant octet first.</summary>
    public ulong SourceMac;
    public ulong TargetMac;

    /// <summary>The innermost EtherType; 0 for LLC without one.</summary>
    public ushort EtherType;

    /// <summary>VLANs and tunnels around the innermost packet.</summary>
    public Scope Scope;

    /// <summary>4 or 6, 0 without IP.</summary>
    public byte IpVersion;
    public byte IpProtocol;
    public byte TimeToLive;

    /// <summary>IPv4 identification or the fragment header's; 0 where there is none.</summary>
    public uint Identification;

    public AddressNumber Source;
    public AddressNumber Target;

    /// <summary>Length of the IP packet by its header, in octets.</summary>
    public int IpLength;

    /// <summary>Octets from the start of the datagram's payload, and whether more fragments follow.</summary>
    public int FragmentOffset;
    public bool MoreFragments;

    public ushort SourcePort;
    public ushort TargetPort;
    public TcpFlags TcpFlags;
    public uint Sequence;
    public uint Acknowledgment;
    public ushort Window;

    /// <summary>Where the transport's (or, without one, the innermost layer's) payload lies.</summary>
    public int PayloadOffset;

    /// <summary>Octets of payload captured.</summary>
    public int PayloadLength;

    /// <summary>Octets of payload that were on the wire.</summary>
    public int WirePayloadLength;

    /// <summary>Where the next layer begins and the last octet of the current one ends, while decoding.</summary>
    internal int At;
    internal int End;

    public readonly ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> octets) => octets.Slice(PayloadOffset, PayloadLength);

    public readonly Address SourceAddress => AddressOf(Source, SourceMac);

    public readonly Address TargetAddress => AddressOf(Target, TargetMac);

    private readonly Address AddressOf(AddressNumber ip, ulong mac) => IpVersion switch
    {
        4 => Address.IPv4((uint)ip.Low),
        6 => Address.IPv6(ip),
        _ => Address.Mac(mac),
    };
}
