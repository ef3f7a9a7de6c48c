using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>The contacts of a log by their edge, 4 octets each: for walks over a few given edges. Searches over all of them read the log itself.</summary>
internal sealed class ContactIndex
{
    private readonly ContactLog _log;
    private readonly int[] _start;      // by edge
    private readonly int[] _contacts;   // numbers, in order of start
    private readonly Dictionary<int, int> _bounds = [];

    public ContactIndex(ContactLog log, int edges)
    {
        (_log, _start) = (log, new int[edges + 1]);
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
        for (var index = 0; index < log.Bounds.Count; index++) _bounds[log.Bounds[index].First.Edge] = index;
    }

    /// <summary>Who stands at the edge's source at that moment: the contact that gets on earliest; null when none does. The hop's edge is the one given.</summary>
    public ContactHop? Earliest(ReachEdge edge, int number, Timestamp moment, TimeRule rule)
    {
        ContactHop? best = null;
        if (_bounds.TryGetValue(number, out var index)) best = OfBound(edge, _log.Bounds[index], moment, rule);
        var (low, high, end) = (_start[number], _start[number + 1], _start[number + 1]);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (StartOf(middle) < moment) low = middle + 1;
            else high = middle;
        }

        if (rule.OpenSessions == OpenSessions.Include)
            for (var slot = _start[number]; slot < low; slot++) best = Better(best, Taken(edge, _log.At(_contacts[slot]), moment, rule));
        for (var slot = low; slot < end && (best is null || StartOf(slot) < best.Value.Arrival); slot++) best = Better(best, Taken(edge, _log.At(_contacts[slot]), moment, rule));
        return best is { } hop && hop.Arrival <= rule.Until ? best : null;
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
        return new(edge, contact.Start, Timestamp.Later(moment, contact.Arrival), contact, moment <= contact.Start ? HopBasis.Contact : HopBasis.OpenSession);
    }

    private static ContactHop? Better(ContactHop? left, ContactHop? right) =>
        left is null || right is { } other && other.Arrival < left.Value.Arrival ? right : left;

    private Timestamp StartOf(int slot)
    {
        var (block, index) = _log.PlaceOf(_contacts[slot]);
        return _log.Blocks[block].StartOf(index);
    }
}
