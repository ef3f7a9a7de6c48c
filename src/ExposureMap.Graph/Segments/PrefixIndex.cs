using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>
/// Nested prefixes of one family cut into disjoint ranges, each owned by the longest prefix that covers it: one binary search answers,
/// however deep the nesting.
/// </summary>
internal sealed class PrefixIndex
{
    private readonly AddressNumber[] _starts;      // ascending; a range ends where the next one starts
    private readonly Segment?[] _owners;

    public PrefixIndex(IEnumerable<Segment> segments, AddressFamily family)
    {
        var claims = segments
            .SelectMany(segment => segment.Prefixes.Select(prefix => (Prefix: prefix, Segment: segment)))
            .Where(claim => claim.Prefix.Network.Family == family)
            .OrderBy(claim => claim.Prefix);
        var starts = new List<AddressNumber>();
        var owners = new List<Segment?>();
        var open = new Stack<(AddressNumber Last, Segment Segment)>();
        foreach (var (prefix, segment) in claims)
        {
            CloseBefore(prefix.Network.Number);
            Cut(prefix.Network.Number, segment);
            open.Push((prefix.Last.Number, segment));
        }

        CloseBefore(null);
        _starts = [.. starts];
        _owners = [.. owners];

        // Prefixes nest or are disjoint, so what is open is a chain of ever longer ones.
        void CloseBefore(AddressNumber? start)
        {
            while (open.TryPeek(out var inner) && (start is not { } from || inner.Last.CompareTo(from) < 0))
            {
                open.Pop();
                if (inner.Last != AddressNumber.Highest) Cut(inner.Last.Next, open.TryPeek(out var outer) ? outer.Segment : null);
            }
        }

        void Cut(AddressNumber start, Segment? owner)
        {
            if (starts.Count > 0 && starts[^1] == start) owners[^1] = owner;
            else
            {
                starts.Add(start);
                owners.Add(owner);
            }
        }
    }

    public Segment? Find(AddressNumber address)
    {
        var (low, high) = (0, _starts.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_starts[middle].CompareTo(address) <= 0) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? null : _owners[low - 1];
    }
}
