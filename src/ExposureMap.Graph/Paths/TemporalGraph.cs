using System.Collections.Concurrent;
using ExposureMap.Graph.Map;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// What the contacts of a log stand for in a graph: in a plain graph the edge of the same number; in a map's graph those of the contact's
/// conduit, with the session, against it, or both. And the edges that are taken without a contact.
/// </summary>
internal sealed class TemporalGraph
{
    /// <summary>Those that one question, what may be and what must, takes to be answered.</summary>
    private const int SearchesOfOneQuestion = 2;

    private const int LabelsKept = 4;       // arrays of one a vertex; more searches at once allocate, and leave it to the collector

    private readonly PathGraph? _paths;
    private readonly (int From, int To)[] _ends;        // by the number of a contact's edge
    private readonly int[] _timeless = [];
    private readonly Arcs? _timelessOut, _timelessIn;
    private readonly bool[] _isKept;                    // by block
    private (int From, int To)[] _kept = [];            // by contact: 8 octets each
    private readonly ConcurrentBag<TemporalLabel[]> _labels = [];
    private int _searches;

    private TemporalGraph(ContactLog log, int vertices, (int From, int To)[] ends)
    {
        (Log, VertexCount, _ends, _isKept) = (log, vertices, ends, new bool[log.Blocks.Length]);
        foreach (var block in log.Blocks)
            if (block.MaxEdge >= ends.Length) throw new ArgumentException("a contact is of an edge that the graph does not have", nameof(log));
    }

    private TemporalGraph(PathGraph paths)
        : this(paths.Map.Record.Contacts, paths.Graph.VertexCount, new (int, int)[paths.ForwardEdge.Length])
    {
        _paths = paths;
        for (var row = 0; row < _ends.Length; row++) _ends[row] = EndsOfRow(paths, row);
        _timeless = [.. Enumerable.Range(0, paths.Graph.EdgeCount).Where(edge => paths.Edge(edge).IsTimeless)];
        if (_timeless.Length == 0) return;
        var (from, to) = (Array.ConvertAll(_timeless, edge => paths.Edge(edge).From), Array.ConvertAll(_timeless, edge => paths.Edge(edge).To));
        _timelessOut = Arcs.Build(Direction.Forward, VertexCount, from, to, new byte[from.Length]);
        _timelessIn = Arcs.Build(Direction.Backward, VertexCount, to, from, new byte[from.Length]);
    }

    public ContactLog Log { get; }

    public int VertexCount { get; }

    /// <summary>Both ends of a contact's edge that stands for none: nobody is ever there.</summary>
    public int Nowhere => VertexCount;

    /// <summary>Both ends of one that stands for something else than one edge with the session (<see cref="EdgesOf"/>).</summary>
    public int Otherwise => VertexCount + 1;

    public static TemporalGraph Of(ReachGraph graph, ContactLog log) => new(log, graph.VertexCount, graph.Ends());

    public static TemporalGraph Of(PathGraph paths) => new(paths);

    /// <summary>The ends of a contact's edge by its number.</summary>
    public (int From, int To) EndsOf(int number) => _ends[number];

    /// <summary>
    /// The same for all contacts of a block. To find them costs more than what a search does with them, so what is asked a second time is kept;
    /// a command asks once, and to write them down would cost it more than they do.
    /// </summary>
    /// <param name="into">Where to put them when they are not kept.</param>
    public ReadOnlySpan<(int From, int To)> HopsOf(int block, (int From, int To)[] into)
    {
        var (count, first) = (Log.Blocks[block].Count, Log.FirstOf(block));
        var kept = Volatile.Read(ref _kept);
        var isKeeping = kept.Length > 0;
        var hops = isKeeping ? kept.AsSpan(first, count) : into.AsSpan(0, count);
        if (isKeeping && Volatile.Read(ref _isKept[block])) return hops;
        Span<uint> edges = stackalloc uint[ContactBlock.Capacity];
        Log.Blocks[block].ReadEdges(edges);
        for (var index = 0; index < hops.Length; index++) hops[index] = _ends[edges[index] >> 1];
        if (isKeeping) Volatile.Write(ref _isKept[block], true);
        return hops;
    }

    /// <summary>Says that a search begins.</summary>
    public void Enter()
    {
        if (Interlocked.Increment(ref _searches) == SearchesOfOneQuestion + 1)
            Volatile.Write(ref _kept, GC.AllocateUninitializedArray<(int, int)>(Log.Count));
    }

    /// <summary>One a vertex, content undefined.</summary>
    public TemporalLabel[] RentLabels() => _labels.TryTake(out var labels) ? labels : GC.AllocateUninitializedArray<TemporalLabel>(VertexCount);

    public void ReturnLabels(TemporalLabel[] labels)
    {
        if (_labels.Count < LabelsKept) _labels.Add(labels);
    }

    /// <summary>Edges by their own number, ends included.</summary>
    public ReachEdge Edge(int edge) =>
        _paths is null ? new(_ends[edge].From, _ends[edge].To, edge) : new(_paths.Edge(edge).From, _paths.Edge(edge).To, edge);

    /// <summary>The edge with the session, where <see cref="EndsOf"/> tells its ends.</summary>
    public int EdgeOf(int number) => _paths is null ? number : _paths.ForwardEdge[number];

    /// <summary>The edges of a number that stands <see cref="Otherwise"/>; -1 for none.</summary>
    public (int With, int Against) EdgesOf(int number) => (_paths!.ForwardEdge[number], _paths.BackwardEdge[number]);

    /// <summary>Arcs that are open at any time; null where there are none. Their edge numbers are positions for <see cref="TimelessEdge"/>.</summary>
    public Arcs? Timeless(Direction direction) => direction == Direction.Forward ? _timelessOut : _timelessIn;

    public int TimelessEdge(int position) => _timeless[position];

    /// <summary>Nobody was seen to take it: certain at no time.</summary>
    public bool IsSupposed(int edge) => _paths!.Edge(edge).IsSupposed;

    private (int, int) EndsOfRow(PathGraph paths, int row)
    {
        var (with, against) = (paths.ForwardEdge[row], paths.BackwardEdge[row]);
        if (against >= 0) return (Otherwise, Otherwise);
        return with < 0 || paths.Edge(with).IsTimeless ? (Nowhere, Nowhere) : (paths.Edge(with).From, paths.Edge(with).To);
    }
}
