using ExposureMap.Capture.Frames;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Both ends of a conversation in canonical order (the lower address and port first), its transport and its scope.</summary>
internal readonly struct FlowKey : IEquatable<FlowKey>
{
    public readonly AddressNumber Low;
    public readonly AddressNumber High;

    /// <summary>Ports of both ends: low's in the upper half.</summary>
    public readonly uint Ports;

    /// <summary>IP protocol number, or EtherType.</summary>
    public readonly ushort Protocol;

    /// <summary>Index into the scope table.</summary>
    public readonly ushort Scope;

    /// <summary>4, 6, or 0 for MAC addresses.</summary>
    public readonly byte IpVersion;

    /// <summary>False for a transport whose header is cut off: then the packet only tells of the two hosts.</summary>
    public readonly bool HasPorts;

    private FlowKey(AddressNumber low, AddressNumber high, uint ports, in Frame frame, ushort scope)
    {
        (Low, High, Ports, Scope) = (low, high, ports, scope);
        Protocol = frame.IpVersion == 0 ? frame.EtherType : frame.IpProtocol;
        IpVersion = frame.IpVersion;
        HasPorts = frame.Status == FrameStatus.Transport;
    }

    /// <param name="senderIsLow">True when the frame's sender is the key's lower end.</param>
    public static FlowKey Of(in Frame frame, ushort scope, out bool senderIsLow)
    {
        var hasPorts = frame.Status == FrameStatus.Transport;
        var (sourcePort, targetPort) = hasPorts ? (frame.SourcePort, frame.TargetPort) : ((ushort)0, (ushort)0);
        var source = frame.IpVersion == 0 ? new AddressNumber(0, frame.SourceMac) : frame.Source;
        var target = frame.IpVersion == 0 ? new AddressNumber(0, frame.TargetMac) : frame.Target;
        var order = source.CompareTo(target);
        senderIsLow = order < 0 || order == 0 && sourcePort <= targetPort;
        return senderIsLow
            ? new(source, target, (uint)sourcePort << 16 | targetPort, frame, scope)
            : new(target, source, (uint)targetPort << 16 | sourcePort, frame, scope);
    }

    public Endpoint End(bool low)
    {
        var value = low ? Low : High;
        var port = (ushort)(low ? Ports >> 16 : Ports);
        return new(IpVersion switch { 4 => Address.IPv4((uint)value.Low), 6 => Address.IPv6(value), _ => Address.Mac(value.Low) }, port);
    }

    public bool Equals(FlowKey other) =>
        Low == other.Low && High == other.High && Ports == other.Ports && Protocol == other.Protocol && Scope == other.Scope &&
        IpVersion == other.IpVersion && HasPorts == other.HasPorts;

    public override bool Equals(object? obj) => obj is FlowKey other && Equals(other);

    /// <summary>By a seed that nobody knows, as <see cref="FlowTable"/> asks for; by the runtime's own elsewhere.</summary>
    public ulong Hash(ulong seed)
    {
        var hash = SecretHash.Fold(seed ^ Low.Low, seed + Low.High);
        hash = SecretHash.Fold(hash ^ High.Low, seed + High.High);
        return SecretHash.Fold(hash ^ Ports, seed ^ ((ulong)Protocol << 32 | (ulong)Scope << 16 | IpVersion));
    }

    public override int GetHashCode() => HashCode.Combine(Low, High, Ports, Protocol, Scope, IpVersion);
}
