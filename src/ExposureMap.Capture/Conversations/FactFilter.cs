using System.IO.Hashing;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Lets each statement of the wire through once, so that a name heard a thousand times is told once. Bounded: when full, it forgets and repeats.</summary>
internal sealed class FactFilter
{
    private const int MaximumFacts = 1 << 18;

    private readonly HashSet<UInt128> _told = [];

    public bool IsNews(Address subject, FactKind kind, int vlan, ReadOnlySpan<byte> value)
    {
        var seed = (long)subject.Value ^ (long)(subject.Value >> 64) * 31 ^ (long)subject.Family << 56 ^ (long)kind << 48 ^ (long)vlan << 32;
        if (_told.Count >= MaximumFacts) _told.Clear();
        return _told.Add(XxHash128.HashToUInt128(value, seed));
    }

    public bool IsNews(Address subject, FactKind kind, int vlan, string value) => IsNews(subject, kind, vlan, MemoryMarshal.AsBytes(value.AsSpan()));
}
