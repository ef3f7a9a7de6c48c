using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Earliest arrival over a stream of contacts in one pass: H. Wu et al., Path problems in temporal graphs, PVLDB 7 (2014), section 4.
/// Every contact is an interval rule: who is at its source no later than <c>last</c> is at its target at <c>first</c>, or when they came if that
/// is later. Backward in time the same search runs on negated times with the ends swapped. Contacts of one instant that chain are settled
/// together; open sessions and bounds break the order of time, so with them the pass is repeated until nothing changes.
/// Disposing returns the work array; forgetting to costs only its reuse.
/// </summary>
internal sealed partial class TemporalSearch : IDisposable
{
    public const long Unreached = long.MaxValue;
    public const int NoEdge = -1;

    // How a vertex was reached: a contact has its number, from 0; below it come three numbers for each bound.
    private const int Timeless = int.MinValue;
    private const int FirstBound = -1;
    private const int BoundForms = 3;
    private const int LastForm = 1;
    private const int IntervalForm = 2;

    /// <summary>In place of an edge: the one that the contact stands for, not looked up before somebody asks.</summary>
    private const int EdgeOfContact = -2;

    private readonly Direction _direction;
    private readonly TemporalGraph _graph;
    private readonly ContactLog _log;
    private readonly TimeRule _rule;
    private readonly EdgeMask? _mask;
    private readonly Arcs? _timeless;
    private readonly long _limit;
    private TemporalLabel[] _labels;        // by vertex reached
    private readonly BitSet _reached;
    private readonly Stack<int> _follow = new();
    private SearchBudget _budget;
    private bool _changed;
    private bool _isDoubtful;               // what is being taken is not certain

    private TemporalSearch(TemporalGraph graph, Direction direction, TimeRule rule, EdgeMask? mask, SearchBudget budget)
    {
        (_direction, _graph, _log, _rule, _mask, _budget) = (direction, graph, graph.Log, rule, mask, budget);
        _timeless = graph.Timeless(direction);
        _limit = IsForward ? rule.Until.Nanoseconds : -Finite(rule.Since);
        if (IsForward && rule.Until.IsNever) _limit = Unreached - 1;
        _labels = graph.RentLabels();
        (_reached, _settled) = (new(graph.Otherwise + 1), new(graph.Otherwise + 1));
        _reached.Add(graph.Otherwise);
        graph.Enter();
    }

    public CutOff CutOff => _budget.CutOff;

    /// <summary>
    /// Somebody was reached, at first at least, over what <see cref="Claim.Must"/> does not allow. Without, both claims have the same answer.
    /// </summary>
    public bool HasDoubts { get; private set; }

    private bool IsForward => _direction == Direction.Forward;

    private bool IsOutOfOrder => _rule.OpenSessions == OpenSessions.Include || !_log.IsExact;

    public static TemporalSearch Run(TemporalGraph graph, Direction direction, ReadOnlySpan<int> starts, TimeRule rule,
        EdgeMask? mask, SearchBudget budget)
    {
        var search = new TemporalSearch(graph, direction, rule, mask, budget);
        search.Begin(starts, direction == Direction.Forward ? rule.Since.Nanoseconds : -Finite(rule.Until));
        do
        {
            search.Rewind();
            search.RelaxBounds();
            search.Scan();
        }
        while (search._changed && search.IsOutOfOrder && search.CutOff == CutOff.None);
        return search;
    }

    public bool Contains(int vertex) => _reached.Contains(vertex);

    /// <summary>Earliest arrival, or latest departure, of a vertex that was reached; <see cref="Unreached"/> forward where it was not.</summary>
    public Timestamp TimeOf(int vertex) => new(IsForward ? At(vertex) : -At(vertex));

    public void Dispose()
    {
        if (_labels.Length > 0) _graph.ReturnLabels(_labels);
        _labels = [];
    }

    private long At(int vertex) => _reached.Contains(vertex) ? _labels[vertex].Time : Unreached;

    private void Begin(ReadOnlySpan<int> starts, long moment)
    {
        foreach (var vertex in starts) if (_mask?.IsVertexDisabled(vertex) != true) Set(vertex, moment, 0, NoEdge);
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
            _isDoubtful = true;
            Relax(bound.First.Edge, last.Nanoseconds, bound.EarliestArrival.Nanoseconds, how - IntervalForm);
            return;
        }

        Relax(bound.First, how);
        Relax(bound.Last, how - LastForm);
    }

    private void Relax(in Contact contact, int how)
    {
        _isDoubtful = contact.Certainty != ContactCertainty.Certain;
        if (_rule.Claim == Claim.Must && _isDoubtful) return;
        var last = _rule.OpenSessions == OpenSessions.Exclude ? contact.Start : _rule.Claim == Claim.Must ? contact.Arrival : contact.End;
        Relax(contact.Edge, last.Nanoseconds, contact.Arrival.Nanoseconds, how);
    }

    private void Relax(int number, long last, long first, int how) => Take(_graph.EndsOf(number), number, last, first, how);

    /// <param name="ends">Of a contact's edge, which may stand for two.</param>
    private void Take((int From, int To) ends, int number, long last, long first, int how)
    {
        if (ends.From != _graph.Otherwise)
        {
            TakeEdge(ends, _mask is null && how >= 0 ? EdgeOfContact : _graph.EdgeOf(number), last, first, how);
            return;
        }

        var (with, against) = _graph.EdgesOf(number);
        if (with >= 0) TakeEdge(with, last, first, how);
        if (against >= 0) TakeEdge(against, last, first, how);
    }

    private void TakeEdge(int edge, long last, long first, int how)
    {
        var ends = _graph.Edge(edge);
        TakeEdge((ends.Source, ends.Target), edge, last, first, how);
    }

    private void TakeEdge((int From, int To) ends, int edge, long last, long first, int how)
    {
        if (!IsForward) (ends, last, first) = ((ends.To, ends.From), -first, -last);
        var isThere = IsForward && _settled.Contains(ends.From);         // since before this contact started
        var here = isThere ? _instant : At(ends.From);
        if (!isThere && here <= _instant) _settled.Add(ends.From);
        if (here <= last && here != Unreached) Come(ends.To, edge, Math.Max(here, first), how);
    }

    private void Come(int vertex, int edge, long moment, int how)
    {
        var known = At(vertex);
        if (moment < known && moment <= _limit && _mask?.Admits(edge, vertex) != false)
        {
            Set(vertex, known = moment, how, edge);
            HasDoubts |= _isDoubtful;
            _chains |= moment == _instant;
            if (_timeless is not null) Follow(vertex);
        }

        if (known <= _instant) _settled.Add(vertex);
    }

    private void Set(int vertex, long moment, int how, int edge)
    {
        _reached.Add(vertex);
        (_labels[vertex], _changed) = (new(moment, how, edge), true);
    }

    /// <summary>On from there over what is open at any time, at the same moment.</summary>
    private void Follow(int begin)
    {
        _follow.Push(begin);
        while (_follow.TryPop(out var vertex))
        {
            var here = _labels[vertex].Time;
            for (var slot = _timeless!.Start[vertex]; slot < _timeless.Start[vertex + 1]; slot++)
            {
                var (next, edge) = (_timeless.Other[slot], _graph.TimelessEdge(_timeless.Edge[slot]));
                var isSupposed = _graph.IsSupposed(edge);
                if (here >= At(next) || _mask?.Admits(edge, next) == false || _rule.Claim == Claim.Must && isSupposed) continue;
                Set(next, here, Timeless, edge);
                HasDoubts |= isSupposed;
                _follow.Push(next);
            }
        }
    }

    /// <summary>A time that can be negated.</summary>
    private static long Finite(Timestamp moment) => Math.Max(moment.Nanoseconds, -long.MaxValue);
}
