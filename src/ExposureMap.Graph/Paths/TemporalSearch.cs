using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary><c>must</c> uses only certain, exactly known contacts; <c>may</c> all, and bounds where nothing more exact is known.</summary>
public enum Claim : byte { Must, May }

/// <summary>Whether a session already open at the arrival may be used (<c>--open-sessions</c>).</summary>
public enum OpenSessions : byte { Exclude, Include }

/// <summary>The time rule of the contract with its options.</summary>
public sealed record TimeRule
{
    public Claim Claim { get; init; } = Claim.Must;

    public OpenSessions OpenSessions { get; init; } = OpenSessions.Exclude;

    /// <summary>The intruder is on the source from here on: nothing that starts earlier counts, unless it is an open session.</summary>
    public Timestamp Since { get; init; } = Timestamp.Beginning;

    /// <summary>Nothing that arrives later counts.</summary>
    public Timestamp Until { get; init; } = Timestamp.Never;
}

/// <summary>How exactly the time of a hop is known.</summary>
public enum HopBasis : byte
{
    /// <summary>The contact starts at or after the arrival before it.</summary>
    Contact,

    /// <summary>The session was already open; where it had answered before, the time is the earliest possible one.</summary>
    OpenSession,

    /// <summary>Some contact of an edge whose old ones are known by bounds only; the times are the bounds.</summary>
    Bound,
}

/// <summary>One hop of a walk through time. For <see cref="HopBasis.Bound"/> the evidence is that of the first contact.</summary>
public readonly record struct ContactHop(ReachEdge Edge, Timestamp Start, Timestamp Arrival, long Evidence, HopBasis Basis);

/// <summary>
/// Earliest arrival over a stream of contacts in one pass: H. Wu et al., Path problems in temporal graphs, PVLDB 7 (2014), section 4.
/// Every contact is an interval rule: who is at its source no later than <c>last</c> is at its target at <c>first</c>, or when they came if that
/// is later. Backward in time the same search runs on negated times with the ends swapped. Contacts of one instant that chain are settled
/// together; open sessions and bounds break the order of time, so with them the pass is repeated until nothing changes.
/// </summary>
internal sealed class TemporalSearch
{
    public const long Unreached = long.MaxValue;

    // How a vertex was reached: a contact has its number, from 0; below the starts come three numbers for each bound.
    private const int Start = -1;
    private const int FirstBound = -2;
    private const int BoundForms = 3;
    private const int LastForm = 1;
    private const int IntervalForm = 2;

    private readonly Direction _direction;
    private readonly ContactLog _log;
    private readonly TimeRule _rule;
    private readonly EdgeMask? _mask;
    private readonly (int From, int To)[] _ends;
    private readonly long _limit;
    private readonly long[] _last = new long[ContactBlock.Capacity];
    private readonly long[] _first = new long[ContactBlock.Capacity];
    private readonly uint[] _edges = new uint[ContactBlock.Capacity];
    private readonly (int From, int To)[] _hops = new (int, int)[ContactBlock.Capacity];
    private readonly List<(int Edge, long First, int How)> _waiting = [];      // passed by in this instant
    private SearchBudget _budget;
    private long _instant = Unreached;
    private bool _chains;                   // someone came to a vertex at this very instant
    private bool _changed;

    private TemporalSearch(ReachGraph graph, ContactLog log, Direction direction, TimeRule rule, EdgeMask? mask, SearchBudget budget)
    {
        if (log.MaxEdge >= graph.EdgeCount) throw new ArgumentException("a contact is of an edge that the graph does not have", nameof(log));
        (_direction, _log, _rule, _mask, _budget) = (direction, log, rule, mask, budget);
        _ends = graph.Ends();
        _limit = IsForward ? rule.Until.Nanoseconds : -Finite(rule.Since);
        if (IsForward && rule.Until.IsNever) _limit = Unreached - 1;
        Time = GC.AllocateUninitializedArray<long>(graph.VertexCount);
        How = GC.AllocateUninitializedArray<int>(graph.VertexCount);
        Array.Fill(Time, Unreached);
    }

    /// <summary>By vertex; negated going backward.</summary>
    public long[] Time { get; }

    /// <summary>By vertex reached: the contact, the bound or the start that it was reached by.</summary>
    public int[] How { get; }

    public CutOff CutOff => _budget.CutOff;

    private bool IsForward => _direction == Direction.Forward;

    private bool IsOutOfOrder => _rule.OpenSessions == OpenSessions.Include || !_log.IsExact;

    public static TemporalSearch Run(
        ReachGraph graph, ContactLog log, Direction direction, ReadOnlySpan<int> starts, TimeRule rule, EdgeMask? mask, SearchBudget budget)
    {
        var search = new TemporalSearch(graph, log, direction, rule, mask, budget);
        var begin = direction == Direction.Forward ? rule.Since.Nanoseconds : -Finite(rule.Until);
        foreach (var vertex in starts)
            if (mask?.IsVertexDisabled(vertex) != true) (search.Time[vertex], search.How[vertex]) = (begin, Start);

        do
        {
            search._changed = false;
            search.RelaxBounds();
            search.Scan();
        }
        while (search._changed && search.IsOutOfOrder && search.CutOff == CutOff.None);
        return search;
    }

    /// <summary>The hops from a start to the vertex (or from the vertex to a start), in the direction of time.</summary>
    public ImmutableArray<ContactHop> HopsTo(int vertex)
    {
        var hops = ImmutableArray.CreateBuilder<ContactHop>();
        for (var how = How[vertex]; how != Start; how = How[vertex])
        {
            var hop = HopOf(vertex, how);
            hops.Add(hop);
            vertex = IsForward ? hop.Edge.Source : hop.Edge.Target;
        }

        if (IsForward) hops.Reverse();
        return hops.DrainToImmutable();
    }

    private ContactHop HopOf(int vertex, int how)
    {
        var (index, form) = Math.DivRem(FirstBound - how, BoundForms);
        var bound = how < Start ? _log.Bounds[index] : default;
        var contact = how >= 0 ? _log.At(how) : form == LastForm ? bound.Last : bound.First;
        var other = Hop(contact.Edge).From;
        ReachEdge edge = IsForward ? new(other, vertex, contact.Edge) : new(vertex, other, contact.Edge);
        var at = new Timestamp(IsForward ? Time[other] : -Time[vertex]);    // at the hop's source, as early or as late as can be
        if (how < Start && form == IntervalForm)
            return new(edge, Timestamp.Later(at, contact.Start), Timestamp.Later(at, bound.EarliestArrival), contact.Evidence, HopBasis.Bound);

        var basis = at <= contact.Start ? HopBasis.Contact : HopBasis.OpenSession;
        return new(edge, contact.Start, Timestamp.Later(at, contact.Arrival), contact.Evidence, basis);
    }

    private void RelaxBounds()
    {
        var before = true;
        for (var changed = _changed; before; _changed |= changed)
        {
            _changed = false;
            for (var index = 0; index < _log.Bounds.Length; index++) RelaxBound(_log.Bounds[index], FirstBound - index * BoundForms);
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

    private void Relax(int edge, long last, long first, int how)
    {
        if (!IsForward) (last, first) = (-first, -last);
        var (from, to) = Hop(edge);
        if (Time[from] <= last) Come(to, edge, Math.Max(Time[from], first), how);
    }

    /// <summary>The ends of an edge as the search runs over it.</summary>
    private (int From, int To) Hop(int edge) => IsForward ? _ends[edge] : (_ends[edge].To, _ends[edge].From);

    private void ScanHops(ContactBlock block, int number)
    {
        block.ReadHops(_last, _edges, _first);
        if (!IsForward) number = Reverse(block.Count, number);
        for (var index = 0; index < block.Count; index++) _hops[index] = Hop((int)(_edges[index] >> 1));   // apart, so that the cache misses overlap
        var (step, certainOnly, order) = (IsForward ? 1 : -1, _rule.Claim == Claim.Must ? 1u : 0u, IsForward ? _last : _first);
        for (var index = 0; index < block.Count; index++, number += step)
        {
            if ((_edges[index] & certainOnly) != 0) continue;
            if (order[index] != _instant) SettleInstant(order[index]);
            var edge = (int)(_edges[index] >> 1);
            if (Time[_hops[index].From] <= _last[index]) Come(_hops[index].To, edge, _first[index], number);
            else if (_last[index] == _instant) _waiting.Add((edge, _first[index], number));
        }
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
        if (moment >= Time[vertex] || moment > _limit || _mask?.Admits(edge, vertex) == false) return;
        (Time[vertex], How[vertex]) = (moment, how);
        _changed = true;
        _chains |= moment == _instant;
    }

    /// <summary>Contacts of one instant may chain in any order: those that were passed by are tried until none helps, from either end in turn.</summary>
    private void SettleInstant(long next = Unreached)
    {
        while (_chains && _waiting.Count > 0)
        {
            _chains = false;
            foreach (var (edge, first, how) in _waiting) if (Hop(edge) is var hop && Time[hop.From] <= _instant) Come(hop.To, edge, first, how);
            _waiting.Reverse();
        }

        _waiting.Clear();
        (_instant, _chains) = (next, false);
    }

    /// <summary>A time that can be negated.</summary>
    private static long Finite(Timestamp moment) => Math.Max(moment.Nanoseconds, -long.MaxValue);
}
