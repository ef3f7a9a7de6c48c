using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>
/// Nested prefixes of one family cut into disjoint ranges, each owned by the longest prefix that covers it: one binary search answers,
/// however deep the nesting.
/// </summary>
internal sealed class PrefixIndex
{
    private readonly UInt128[] _starts;      // ascending; a range ends where the next one starts
    private readonly Segment?[] _owners;

    public PrefixIndex(IEnumerable<Segment> segments, AddressFamily family)
    {
        var claims = segments
            .SelectMany(segment => segment.Prefixes.Select(prefix => (Prefix: prefix, Segment: segment)))
            .Where(claim => claim.Prefix.Network.Family == family)
            .OrderBy(claim => claim.Prefix);
        var starts = new List<UInt128>();
        var owners = new List<Segment?>();
        var open = new Stack<(UInt128 Last, Segment Segment)>();
        foreach (var (prefix, segment) in claims)
        {
            CloseBefore(prefix.Network.Value);
            Cut(prefix.Network.Value, segment);
            open.Push((prefix.Last.Value, segment));
        }

        CloseBefore(null);
        _starts = [.. starts];
        _owners = [.. owners];

        // Prefixes nest or are disjoint, so what is open is a chain of ever longer ones.
        void CloseBefore(UInt128? start)
        {
            while (open.TryPeek(out var inner) && (start is null || inner.Last < start))
            {
                open.Pop();
                if (inner.Last != UInt128.MaxValue) Cut(inner.Last + 1, open.TryPeek(out var outer) ? outer.Segment : null);
            }
        }

        void Cut(UInt128 start, Segment? owner)
        {
            if (starts.Count > 0 && starts[^1] == start) owners[^1] = owner;
            else
            {
                starts.Add(start);
                owners.Add(owner);
            }
        }
    }

    public Segment? Find(UInt128 address)
    {
        var (low, high) = (0, _starts.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_starts[middle] <= address) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? null : _owners[low - 1];
    }
}
