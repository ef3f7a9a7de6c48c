using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Earliest arrival over a stream of contacts in one pass: H. Wu et al., Path problems in temporal graphs, PVLDB 7 (2014), section 4.
/// Every contact is an interval rule: who is at its source no later than <c>last</c> is at its target at <c>first</c>, or when they came if that
/// is later. Backward in time the same search runs on negated times with the ends swapped. Contacts of one instant that chain are settled
/// together; open sessions and bounds break the order of time, so with them the pass is repeated until nothing changes.
/// </summary>
internal sealed partial class TemporalSearch
{
    public const long Unreached = long.MaxValue;
    public const int NoEdge = -1;

    // How a vertex was reached: a contact has its number, from 0; below it come three numbers for each bound.
    private const int Timeless = int.MinValue;
    private const int FirstBound = -1;
    private const int BoundForms = 3;
    private const int LastForm = 1;
    private const int IntervalForm = 2;

    private readonly Direction _direction;
    private readonly TemporalGraph _graph;
    private readonly ContactLog _log;
    private readonly TimeRule _rule;
    private readonly EdgeMask? _mask;
    private readonly Arcs? _timeless;
    private readonly (int From, int To)[] _ends;
    private readonly long _limit;
    private readonly long[] _time;
    private readonly int[] _how;            // by vertex reached: the contact or the bound that it was reached by
    private readonly int[] _edge;           // ... and the edge
    private readonly long[] _last = new long[ContactBlock.Capacity];
    private readonly long[] _first = new long[ContactBlock.Capacity];
    private readonly uint[] _edges = new uint[ContactBlock.Capacity];
    private readonly (int From, int To)[] _hops = new (int, int)[ContactBlock.Capacity];
    private readonly List<(int Number, long First, int How)> _waiting = [];      // passed by in this instant
    private readonly Stack<int> _follow = new();
    private SearchBudget _budget;
    private long _instant = Unreached;
    private bool _chains;                   // someone came to a vertex at this very instant
    private bool _changed;
    private long _touched;                  // nothing: what is read ahead has to go somewhere

    private TemporalSearch(TemporalGraph graph, ContactLog log, Direction direction, TimeRule rule, EdgeMask? mask, SearchBudget budget)
    {
        (_direction, _graph, _log, _rule, _mask, _budget) = (direction, graph, log, rule, mask, budget);
        foreach (var block in log.Blocks)
            if (block.MaxEdge >= graph.Ends.Length) throw new ArgumentException("a contact is of an edge that the graph does not have", nameof(log));
        (_ends, _timeless) = (graph.Ends, graph.Timeless(direction));
        _limit = IsForward ? rule.Until.Nanoseconds : -Finite(rule.Since);
        if (IsForward && rule.Until.IsNever) _limit = Unreached - 1;
        _time = GC.AllocateUninitializedArray<long>(graph.VertexCount + 1);     // one more where nobody ever is
        _how = GC.AllocateUninitializedArray<int>(graph.VertexCount);
        _edge = GC.AllocateUninitializedArray<int>(graph.VertexCount);
        Array.Fill(_time, Unreached);
    }

    public CutOff CutOff => _budget.CutOff;

    private bool IsForward => _direction == Direction.Forward;

    private bool IsOutOfOrder => _rule.OpenSessions == OpenSessions.Include || !_log.IsExact;

    public static TemporalSearch Run(
        TemporalGraph graph, ContactLog log, Direction direction, ReadOnlySpan<int> starts, TimeRule rule, EdgeMask? mask, SearchBudget budget)
    {
        var search = new TemporalSearch(graph, log, direction, rule, mask, budget);
        search.Begin(starts, direction == Direction.Forward ? rule.Since.Nanoseconds : -Finite(rule.Until));
        do
        {
            search._changed = false;
            search.RelaxBounds();
            search.Scan();
        }
        while (search._changed && search.IsOutOfOrder && search.CutOff == CutOff.None);
        return search;
    }

    public bool Contains(int vertex) => _time[vertex] != Unreached;

    /// <summary>Earliest arrival, or latest departure, of a vertex that was reached.</summary>
    public Timestamp TimeOf(int vertex) => new(IsForward ? _time[vertex] : -_time[vertex]);

    /// <summary>The edge over which a vertex was reached; -1 for a start.</summary>
    public int EdgeInto(int vertex) => _edge[vertex];

    private void Begin(ReadOnlySpan<int> starts, long moment)
    {
        foreach (var vertex in starts)
            if (_mask?.IsVertexDisabled(vertex) != true) (_time[vertex], _edge[vertex]) = (moment, NoEdge);
        if (_timeless is null) return;
        foreach (var vertex in starts) if (Contains(vertex)) Follow(vertex);
    }

    private void RelaxBounds()
    {
        var before = true;
        for (var changed = _changed; before; _changed |= changed)
        {
            _changed = false;
            for (var index = 0; index < _log.Bounds.Count; index++) RelaxBound(_log.Bounds[index], FirstBound - index * BoundForms);
            before = _changed;
            changed |= _changed;
        }
    }

    private void RelaxBound(in ContactBound bound, int how)
    {
        if (_rule.Claim == Claim.May)
        {
            var last = _rule.OpenSessions == OpenSessions.Include ? Timestamp.Later(bound.Last.Start, bound.LatestEnd) : bound.Last.Start;
            Relax(bound.First.Edge, last.Nanoseconds, bound.EarliestArrival.Nanoseconds, how - IntervalForm);
            return;
        }

        Relax(bound.First, how);
        Relax(bound.Last, how - LastForm);
    }

    /// <summary>One pass over the exact contacts, in order of start, or against it.</summary>
    private void Scan()
    {
        _waiting.Clear();
        for (var step = 0; step < _log.Blocks.Length; step++)
        {
            var index = IsForward ? step : _log.Blocks.Length - 1 - step;
            var block = _log.Blocks[index];
            if (block.First > _rule.Until) continue;
            if (block.Last < _rule.Since && _rule.OpenSessions == OpenSessions.Exclude) continue;
            if (!_budget.Spend(block.Count)) break;
            if (_rule.OpenSessions == OpenSessions.Exclude) ScanHops(block, _log.FirstOf(index));
            else ScanContacts(block.ReadAll(), _log.FirstOf(index));
        }

        SettleInstant();
    }

    private void ScanContacts(Contact[] contacts, int first)
    {
        if (IsForward) for (var index = 0; index < contacts.Length; index++) Relax(contacts[index], first + index);
        else for (var index = contacts.Length - 1; index >= 0; index--) Relax(contacts[index], first + index);
    }

    private void Relax(in Contact contact, int how)
    {
        var isCertain = contact.Certainty == ContactCertainty.Certain;
        if (_rule.Claim == Claim.Must && !isCertain) return;
        var last = _rule.OpenSessions == OpenSessions.Exclude ? contact.Start : _rule.Claim == Claim.Must ? contact.Arrival : contact.End;
        Relax(contact.Edge, last.Nanoseconds, contact.Arrival.Nanoseconds, how);
    }

    private void Relax(int number, long last, long first, int how)
    {
        if (IsForward) Take(number, last, first, how);
        else Take(number, -first, -last, how);
    }

    /// <param name="number">Of a contact's edge, which may stand for two.</param>
    private void Take(int number, long last, long first, int how)
    {
        var (from, to) = Hop(number);
        if (from != TemporalGraph.Otherwise)
        {
            if (_time[from] <= last) Come(to, _graph.EdgeOf(number), Math.Max(_time[from], first), how);
            return;
        }

        var (with, against) = _graph.EdgesOf(number);
        if (with >= 0) TakeEdge(_graph.Edge(with), last, first, how);
        if (against >= 0) TakeEdge(_graph.Edge(against), last, first, how);
    }

    private void TakeEdge(ReachEdge edge, long last, long first, int how)
    {
        var (from, to) = IsForward ? (edge.Source, edge.Target) : (edge.Target, edge.Source);
        if (_time[from] <= last) Come(to, edge.Id, Math.Max(_time[from], first), how);
    }

    /// <summary>The ends of a contact's edge as the search runs over it.</summary>
    private (int From, int To) Hop(int number) => IsForward ? _ends[number] : (_ends[number].To, _ends[number].From);

    private void ScanHops(ContactBlock block, int number)
    {
        block.ReadHops(_last, _edges, _first);
        if (!IsForward) number = Reverse(block.Count, number);
        Gather(block.Count);
        var (step, certainOnly, order) = (IsForward ? 1 : -1, _rule.Claim == Claim.Must ? 1u : 0u, IsForward ? _last : _first);
        for (var index = 0; index < block.Count; index++, number += step)
        {
            if ((_edges[index] & certainOnly) != 0) continue;
            if (order[index] != _instant) SettleInstant(order[index]);
            var (from, to) = _hops[index];
            if (from == TemporalGraph.Otherwise) Take((int)(_edges[index] >> 1), _last[index], _first[index], number);
            else if (_time[from] <= _last[index])
            {
                if (_first[index] < _time[to]) Come(to, _graph.EdgeOf((int)(_edges[index] >> 1)), _first[index], number);
                continue;
            }

            if (_last[index] == _instant) _waiting.Add(((int)(_edges[index] >> 1), _first[index], number));
        }
    }

    /// <summary>The ends of a block's contacts, apart from what is done with them, so that the cache misses overlap; those of the sources' times, too.</summary>
    private void Gather(int count)
    {
        var hops = _hops.AsSpan(0, count);
        var (times, touched) = (_time, 0L);
        for (var index = 0; index < hops.Length; index++) hops[index] = Hop((int)(_edges[index] >> 1));
        foreach (var (from, _) in hops) if (from >= 0) touched ^= times[from];
        _touched = touched;
    }

    /// <summary>Turns the columns of a block into those of the same block run backward.</summary>
    private int Reverse(int count, int number)
    {
        _edges.AsSpan(0, count).Reverse();
        for (var index = 0; index < count; index++) (_last[index], _first[index]) = (-_first[index], -_last[index]);
        _last.AsSpan(0, count).Reverse();
        _first.AsSpan(0, count).Reverse();
        return number + count - 1;
    }

    private void Come(int vertex, int edge, long moment, int how)
    {
        if (moment >= _time[vertex] || moment > _limit || _mask?.Admits(edge, vertex) == false) return;
        (_time[vertex], _how[vertex], _edge[vertex]) = (moment, how, edge);
        _changed = true;
        _chains |= moment == _instant;
        if (_timeless is not null) Follow(vertex);
    }

    /// <summary>On from there over what is open at any time, at the same moment.</summary>
    private void Follow(int begin)
    {
        _follow.Push(begin);
        while (_follow.TryPop(out var vertex))
        {
            for (var slot = _timeless!.Start[vertex]; slot < _timeless.Start[vertex + 1]; slot++)
            {
                var (next, edge) = (_timeless.Other[slot], _graph.TimelessEdge(_timeless.Edge[slot]));
                if (_time[vertex] >= _time[next] || _mask?.Admits(edge, next) == false || _rule.Claim == Claim.Must && _graph.IsSupposed(edge)) continue;
                (_time[next], _how[next], _edge[next], _changed) = (_time[vertex], Timeless, edge, true);
                _follow.Push(next);
            }
        }
    }

    /// <summary>Contacts of one instant may chain in any order: those that were passed by are tried until none helps, from either end in turn.</summary>
    private void SettleInstant(long next = Unreached)
    {
        while (_chains && _waiting.Count > 0)
        {
            _chains = false;
            foreach (var (number, first, how) in _waiting) Take(number, _instant, first, how);
            _waiting.Reverse();
        }

        _waiting.Clear();
        (_instant, _chains) = (next, false);
    }

    /// <summary>A time that can be negated.</summary>
    private static long Finite(Timestamp moment) => Math.Max(moment.Nanoseconds, -long.MaxValue);
}
