using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Lets each statement of the wire through once, so that a name heard a thousand times is told once. Bounded: when full, it forgets and repeats.
/// </summary>
internal sealed class FactFilter
{
    private const int MaximumFacts = 1 << 18;

    private readonly SeenTable<bool> _told = new(MaximumFacts);

    /// <param name="heard">What this conversation told last: most repeat themselves, and are not asked about again.</param>
    public bool IsNews(ref FactsHeard heard, Address subject, FactKind kind, int vlan, ReadOnlySpan<byte> value)
    {
        var seed = (long)subject.Number.Low ^ (long)subject.Number.High * 31 ^ (long)subject.Family << 56 ^ (long)kind << 48 ^ (long)vlan << 32;
        var fact = XxHash3.HashToUInt64(value, seed);
        if (heard.Has(fact)) return false;
        _told.Of(SecretHash.Of(fact, 0, 0), out var isKnown);
        return !isKnown;
    }
}

/// <summary>The last facts of one conversation, by their hashes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(int))]
internal struct FactsHeard
{
    private const int Kept = 4;

    [InlineArray(Kept)]
    private struct Places
    {
        private ulong _first;
    }

    private Places _facts;
    private int _next;

    /// <summary>Was it among the last? It is from now on.</summary>
    public bool Has(ulong fact)
    {
        if (((ReadOnlySpan<ulong>)_facts).Contains(fact)) return true;
        _facts[_next] = fact;
        _next = (_next + 1) % Kept;
        return false;
    }
}
