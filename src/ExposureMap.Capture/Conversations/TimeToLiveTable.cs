using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>The TTL that a host's packets usually have here, by its last conversation's first packet. Bounded: when full, it begins anew.</summary>
internal sealed class TimeToLiveTable
{
    private const int MaximumHosts = 1 << 17;

    private readonly Dictionary<Address, byte> _usual = [];

    public void See(Address host, byte timeToLive)
    {
        if (_usual.Count >= MaximumHosts) _usual.Clear();
        _usual[host] = timeToLive;
    }

    /// <summary>0 for a host that was not seen.</summary>
    public byte Of(Address host) => _usual.GetValueOrDefault(host);
}
