using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// The earliest arrival on every asset by the contract's time rule, or, backward in mirrored time, the latest departure. E. W. Dijkstra (1959)
/// with time-dependent edges: right because leaving later never arrives earlier (K. L. Cooke, E. Halsey, The shortest route through a network
/// with time-dependent internodal transit times, 1966). Among equal arrivals the one with fewer hops.
/// </summary>
internal sealed class Arrivals
{
    private const int NoSlot = -1;

    private readonly PathGraph _graph;
    private readonly Arcs _arcs;
    private readonly ContactTable _contacts;
    private readonly Direction _direction;
    private readonly bool _isCertainOnly;
    private readonly long[] _time;
    private readonly int[] _slot;
    private readonly int[] _contact;
    private readonly List<int> _order = [];

    private Arrivals(PathGraph graph, ContactRule rule)
    {
        _direction = rule.HasFlag(ContactRule.Backward) ? Direction.Backward : Direction.Forward;
        _isCertainOnly = rule.HasFlag(ContactRule.CertainOnly);
        (_graph, _arcs, _contacts) = (graph, graph.Graph.ArcsOf(_direction), graph.Contacts(rule));
        (_time, _slot, _contact) = (new long[graph.Graph.VertexCount], new int[graph.Graph.VertexCount], new int[graph.Graph.VertexCount]);
        Array.Fill(_time, long.MaxValue);
    }

    public CutOff CutOff { get; private set; }

    /// <summary>Assets in the order of their times, the starts first.</summary>
    public IReadOnlyList<int> Order => _order;

    /// <param name="from">When the intruder stands on the starts; backward, when the targets are to be reached at the latest.</param>
    /// <param name="to">Where time ends in the direction of the search.</param>
    public static Arrivals Run(
        PathGraph graph, ContactRule rule, ReadOnlySpan<int> starts, Timestamp from, Timestamp to,
        EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default)
    {
        var arrivals = new Arrivals(graph, rule);
        arrivals.Search(starts, arrivals.Mirrored(from.Nanoseconds), arrivals.Mirrored(to.Nanoseconds), mask, bounds ?? SearchBounds.None, stop);
        return arrivals;
    }

    public bool Contains(int vertex) => _time[vertex] != long.MaxValue;

    public bool IsStart(int vertex) => Contains(vertex) && _slot[vertex] == NoSlot;

    /// <summary>Earliest arrival, or latest departure; <see cref="Timestamp.Never"/> when not reached.</summary>
    public Timestamp TimeOf(int vertex) => Contains(vertex) ? new(Mirrored(_time[vertex])) : Timestamp.Never;

    /// <summary>The edge over which a vertex was reached, -1 for a start.</summary>
    public int EdgeInto(int vertex) => _slot[vertex] == NoSlot ? PathEdges.NoEdge : _arcs.Edge[_slot[vertex]];

    /// <summary>Edges and conversations from a start to here (backward: from here to a target), in the direction of the edges.</summary>
    public List<(int Edge, int Contact)> StepsTo(int vertex)
    {
        var steps = new List<(int, int)>();
        while (_slot[vertex] != NoSlot)
        {
            steps.Add((_arcs.Edge[_slot[vertex]], _contact[vertex]));
            vertex = _arcs.Owner(_slot[vertex]);
        }

        if (_direction == Direction.Forward) steps.Reverse();
        return steps;
    }

    private long Mirrored(long time) => _direction == Direction.Forward ? time : ~time;

    private void Search(ReadOnlySpan<int> starts, long from, long to, EdgeMask? mask, SearchBounds bounds, CancellationToken stop)
    {
        var queue = new PriorityQueue<(int Vertex, long Time), (long Time, int Hops)>();
        var budget = new SearchBudget(bounds, stop);
        var hops = new int[_time.Length];
        var settled = new BitSet(_time.Length);
        foreach (var start in starts)
        {
            if (mask?.IsVertexDisabled(start) == true || Contains(start)) continue;
            (_time[start], _slot[start]) = (from, NoSlot);
            queue.Enqueue((start, from), (from, 0));
        }

        while (queue.TryDequeue(out var entry, out _))
        {
            var (vertex, time) = entry;
            if (time != _time[vertex] || !settled.Add(vertex)) continue;
            _order.Add(vertex);
            if (!budget.Spend(_arcs.Degree(vertex))) break;
            for (var slot = _arcs.Start[vertex]; slot < _arcs.Start[vertex + 1]; slot++)
            {
                var next = _arcs.Other[slot];
                if (settled.Contains(next) || mask?.Admits(_arcs.Edge[slot], next) == false) continue;
                var contact = Take(_arcs.Edge[slot], time, out var arrival);
                if (arrival > to || !IsBetter(next, arrival, hops[vertex] + 1, hops)) continue;
                (_time[next], _slot[next], _contact[next], hops[next]) = (arrival, slot, contact, hops[vertex] + 1);
                queue.Enqueue((next, arrival), (arrival, hops[next]));
            }
        }

        CutOff = budget.CutOff;
    }

    private bool IsBetter(int vertex, long time, int hops, int[] known) =>
        time != long.MaxValue && (time < _time[vertex] || time == _time[vertex] && hops < known[vertex] && _slot[vertex] != NoSlot);

    /// <summary>A device behind a carrier is reached with it; what is supposed is open at any time, and certain at none.</summary>
    private int Take(int edge, long time, out long arrival)
    {
        ref readonly var one = ref _graph.Edge(edge);
        if (!one.IsTimeless) return _contacts.Earliest(one.Row, time, out arrival);
        arrival = _isCertainOnly && one.IsSupposed ? long.MaxValue : time;
        return ContactTable.NoContact;
    }
}
