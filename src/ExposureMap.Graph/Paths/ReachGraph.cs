namespace ExposureMap.Graph.Paths;

/// <summary>
/// The frozen, compact graph: compressed rows in both directions, an edge number and a small integer cost per edge,
/// 18 octets an edge and 8 a vertex. Immutable, so any number of threads may search it. It is a QuikGraph graph too
/// (<see cref="QuikGraph.IBidirectionalGraph{TVertex,TEdge}"/>), so every algorithm of that library runs on it.
/// </summary>
public sealed partial class ReachGraph
{
    private readonly Lazy<(Arcs Outward, Arcs Inward)> _arcs;
    private (int From, int To)[]? _ends;

    private ReachGraph(int vertices, int edges, (byte Least, byte Most) cost, Lazy<(Arcs, Arcs)> arcs) =>
        (VertexCount, EdgeCount, MinCost, MaxCost, Scratch, SplitScratch, _arcs) =
            (vertices, edges, cost.Least, cost.Most, new(vertices), new(2 * vertices), arcs);

    public int VertexCount { get; }

    public int EdgeCount { get; }

    /// <summary>No edge costs less, nor more than <see cref="MaxCost"/>.</summary>
    public byte MinCost { get; }

    public byte MaxCost { get; }

    internal Arcs Outward => _arcs.Value.Outward;

    internal Arcs Inward => _arcs.Value.Inward;

    internal ScratchPool Scratch { get; }

    /// <summary>Of searches that see each vertex as an entry and an exit.</summary>
    internal ScratchPool SplitScratch { get; }

    /// <summary>Octets held by the columns.</summary>
    public long Octets => 2L * (4 * (VertexCount + 1L) + 9L * EdgeCount) + (_ends is null ? 0 : 8L * EdgeCount);

    /// <summary>Edge number = position in the spans. Parallel edges and self loops are kept.</summary>
    /// <exception cref="ArgumentException">The spans differ in length, or an end is not a vertex.</exception>
    public static ReachGraph Build(int vertices, ReadOnlySpan<int> from, ReadOnlySpan<int> to, ReadOnlySpan<byte> cost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(vertices);
        if (from.Length != to.Length || from.Length != cost.Length) throw new ArgumentException("from, to and cost differ in length");
        for (var id = 0; id < from.Length; id++)
            if ((uint)from[id] >= (uint)vertices || (uint)to[id] >= (uint)vertices) throw new ArgumentException($"edge {id} leaves the graph");

        var bounds = (Least: byte.MaxValue, Most: byte.MinValue);
        foreach (var one in cost) bounds = (Math.Min(bounds.Least, one), Math.Max(bounds.Most, one));
        return new(vertices, from.Length, bounds,
            new((Arcs.Build(Direction.Forward, vertices, from, to, cost), Arcs.Build(Direction.Backward, vertices, to, from, cost))));
    }

    /// <summary>
    /// The same from columns that are made, and searched for arcs in both directions at once, when the first search asks: one over contacts never
    /// does.
    /// </summary>
    /// <param name="bounds">None costs less, none more.</param>
    internal static ReachGraph Build(int vertices, int edges, (byte Least, byte Most) bounds, Func<(int[] From, int[] To, byte[] Cost)> columns) =>
        new(vertices, edges, bounds, new(() =>
    {
        var (from, to, cost) = columns();
        var inward = Task.Run(() => Arcs.Build(Direction.Backward, vertices, to, from, cost));
        return (Arcs.Build(Direction.Forward, vertices, from, to, cost), inward.GetAwaiter().GetResult());
    }));

    /// <summary>The same graph and more edges, numbered on; those that were there are copied, not sorted again.</summary>
    /// <param name="vertices">Not less than there were.</param>
    /// <param name="cost">Within the bounds of this graph.</param>
    internal ReachGraph And(int vertices, int[] from, int[] to, byte[] cost) => new(
        vertices, EdgeCount + from.Length, (MinCost, MaxCost),
        new(() => (Outward.And(vertices, from, to, cost), Inward.And(vertices, to, from, cost))));

    internal Arcs ArcsOf(Direction direction) => direction == Direction.Forward ? Outward : Inward;

    /// <summary>Both ends by edge number, 8 octets an edge; made when first asked for, since only searches over contacts need it.</summary>
    internal (int From, int To)[] Ends()
    {
        if (_ends is not null) return _ends;
        var ends = GC.AllocateUninitializedArray<(int From, int To)>(EdgeCount);
        for (var vertex = 0; vertex < VertexCount; vertex++)
        {
            for (var slot = Outward.Start[vertex]; slot < Outward.Start[vertex + 1]; slot++)
                ends[Outward.Edge[slot]] = (vertex, Outward.Other[slot]);
        }

        return _ends = ends;
    }
}
