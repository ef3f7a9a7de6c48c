namespace ExposureMap.Graph.Paths;

/// <summary>
/// The frozen, compact graph: compressed rows in both directions, an edge number and a small integer cost per edge,
/// 18 octets an edge and 8 a vertex. Immutable, so any number of threads may search it. It is a QuikGraph graph too
/// (<see cref="QuikGraph.IBidirectionalGraph{TVertex,TEdge}"/>), so every algorithm of that library runs on it.
/// </summary>
public sealed partial class ReachGraph
{
    private (int From, int To)[]? _ends;

    private ReachGraph(Arcs outward, Arcs inward)
    {
        (Outward, Inward) = (outward, inward);
        VertexCount = outward.Start.Length - 1;
        EdgeCount = outward.Other.Length;
        foreach (var cost in outward.Cost) MaxCost = Math.Max(MaxCost, cost);
        Scratch = new(VertexCount);
    }

    public int VertexCount { get; }

    public int EdgeCount { get; }

    public byte MaxCost { get; }

    internal Arcs Outward { get; }

    internal Arcs Inward { get; }

    internal ScratchPool Scratch { get; }

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

        return new(
            Arcs.Build(Direction.Forward, vertices, from, to, cost),
            Arcs.Build(Direction.Backward, vertices, to, from, cost));
    }

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
