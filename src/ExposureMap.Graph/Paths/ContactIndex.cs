using System.Collections.Concurrent;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// The contacts of a log by their edge: for walks over a few given edges; searches over all of them read the log itself. A pass over the log finds
/// those of the edges that are asked about; when a few passes did not do, one more finds those of all edges, 4 octets each.
/// </summary>
internal sealed class ContactIndex(ContactLog log, int edges)
{
    private const int FewPasses = 8;

    private readonly Lock _finding = new();
    private readonly ConcurrentDictionary<int, int[]> _found = [];      // numbers of contacts by edge, in order of start
    private readonly Lazy<Dictionary<int, int>> _bounds = new(() => BoundsOf(log));
    private volatile Whole? _whole;
    private int _passes;

    /// <summary>Finds the contacts of all these edges in one pass.</summary>
    public void Seek(IEnumerable<int> numbers)
    {
        lock (_finding)
        {
            if (_whole is not null) return;
            var missing = numbers.Where(number => !_found.ContainsKey(number)).ToHashSet();
            if (missing.Count == 0) return;
            if (_passes++ == FewPasses) _whole = new(log, edges);
            else Find(missing);
        }
    }

    /// <summary>
    /// Who stands at the edge's source at that moment: the contact that gets on earliest; null when none does. The hop's edge is the one given.
    /// </summary>
    public ContactHop? Earliest(ReachEdge edge, int number, Timestamp moment, TimeRule rule)
    {
        ContactHop? best = null;
        if (_bounds.Value.TryGetValue(number, out var index)) best = OfBound(edge, log.Bounds[index], moment, rule);
        var contacts = Of(number);
        var (low, high) = (0, contacts.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (StartOf(contacts[middle]) < moment) low = middle + 1;
            else high = middle;
        }

        if (rule.OpenSessions == OpenSessions.Include)
            foreach (var contact in contacts[..low]) best = Better(best, Taken(edge, log.At(contact), moment, rule));
        foreach (var contact in contacts[low..])
        {
            if (best is not null && StartOf(contact) >= best.Value.Arrival) break;
            best = Better(best, Taken(edge, log.At(contact), moment, rule));
        }

        return best is { } hop && hop.Arrival <= rule.Until ? best : null;
    }

    private ReadOnlySpan<int> Of(int number)
    {
        if (_whole is null && !_found.ContainsKey(number)) Seek([number]);
        return _whole is { } whole ? whole.Of(number) : _found[number];
    }

    private void Find(HashSet<int> missing)
    {
        var (isMissing, numbers) = (new BitSet(edges), missing.ToDictionary(number => number, _ => new List<int>()));
        foreach (var number in missing) isMissing.Add(number);
        Span<uint> column = stackalloc uint[ContactBlock.Capacity];
        var contact = 0;
        foreach (var block in log.Blocks)
        {
            block.ReadEdges(column);
            foreach (var edge in column[..block.Count])
            {
                if (isMissing.Contains((int)(edge >> 1))) numbers[(int)(edge >> 1)].Add(contact);
                contact++;
            }
        }

        foreach (var (number, found) in numbers) _found[number] = [.. found];
    }

    private static Dictionary<int, int> BoundsOf(ContactLog log)
    {
        var bounds = new Dictionary<int, int>();
        for (var index = 0; index < log.Bounds.Count; index++) bounds[log.Bounds[index].First.Edge] = index;
        return bounds;
    }

    private static ContactHop? OfBound(ReachEdge edge, in ContactBound bound, Timestamp moment, TimeRule rule)
    {
        var exact = Better(Taken(edge, bound.First, moment, rule), Taken(edge, bound.Last, moment, rule));
        if (rule.Claim == Claim.Must || (rule.OpenSessions == OpenSessions.Include ? bound.LatestEnd : bound.Last.Start) < moment) return exact;
        var arrival = Timestamp.Later(moment, bound.EarliestArrival);
        return Better(exact, new(edge, Timestamp.Later(moment, bound.First.Start), arrival, bound.First, HopBasis.Bound));
    }

    private static ContactHop? Taken(ReachEdge edge, in Contact contact, Timestamp moment, TimeRule rule)
    {
        var last = rule.OpenSessions == OpenSessions.Exclude ? contact.Start : rule.Claim == Claim.Must ? contact.Arrival : contact.End;
        if (last < moment || rule.Claim == Claim.Must && contact.Certainty != ContactCertainty.Certain) return null;
        return new(edge, contact.Start, Timestamp.Later(moment, contact.Arrival), contact,
            moment <= contact.Start ? HopBasis.Contact : HopBasis.OpenSession);
    }

    private static ContactHop? Better(ContactHop? left, ContactHop? right) =>
        left is null || right is { } other && other.Arrival < left.Value.Arrival ? right : left;

    private Timestamp StartOf(int contact)
    {
        var (block, index) = log.PlaceOf(contact);
        return log.Blocks[block].StartOf(index);
    }

    /// <summary>Every contact by its edge, in compressed rows.</summary>
    private sealed class Whole
    {
        private readonly int[] _start;      // by edge
        private readonly int[] _contacts;   // numbers, in order of start

        public Whole(ContactLog log, int edges)
        {
            _start = new int[edges + 1];
            Span<uint> column = stackalloc uint[ContactBlock.Capacity];
            foreach (var block in log.Blocks)
            {
                block.ReadEdges(column);
                foreach (var edge in column[..block.Count]) _start[(edge >> 1) + 1]++;
            }

            for (var edge = 0; edge < edges; edge++) _start[edge + 1] += _start[edge];
            _contacts = GC.AllocateUninitializedArray<int>(log.Count);
            var number = 0;
            foreach (var block in log.Blocks)
            {
                block.ReadEdges(column);
                foreach (var edge in column[..block.Count]) _contacts[_start[edge >> 1]++] = number++;
            }

            Array.Copy(_start, 0, _start, 1, edges);
            _start[0] = 0;
        }

        public ReadOnlySpan<int> Of(int edge) => _contacts.AsSpan(_start[edge].._start[edge + 1]);
    }
}
