using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>The TTL that a host's packets usually have here, by its last conversation's first packet. Bounded: when full, it begins anew.</summary>
internal sealed class TimeToLiveTable
{
    private const int MaximumHosts = 1 << 17;

    private readonly SeenTable<byte> _usual = new(MaximumHosts);

    /// <summary>This host will be seen soon.</summary>
    public void Expect(Address host) => _usual.Expect(Hash(host));

    public void See(Address host, byte timeToLive) => _usual.Of(Hash(host), out _) = timeToLive;

    /// <summary>0 for a host that was not seen.</summary>
    public byte Of(Address host) => _usual.Known(Hash(host));

    private static ulong Hash(Address host) => SecretHash.Of(host.Number.High, host.Number.Low, (ulong)host.Family);
}
