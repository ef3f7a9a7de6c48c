namespace ExposureMap.Capture.Protocols;

/// <summary>IPv6 neighbour discovery (RFC 4861): which MAC owns an address.</summary>
internal static class NeighborDiscovery
{
    public static void Read(ReadOnlySpan<byte> icmp, Notes notes)
    {
    }
}
