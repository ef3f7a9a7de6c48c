using System.Diagnostics.CodeAnalysis;
using QuikGraph;

namespace ExposureMap.Graph.Paths;

/// <summary>The QuikGraph face. Each enumeration is one object; edges are values made on the way.</summary>
public sealed partial class ReachGraph : IBidirectionalGraph<int, ReachEdge>
{
    public bool IsDirected => true;

    public bool AllowParallelEdges => true;

    public bool IsVerticesEmpty => VertexCount == 0;

    public bool IsEdgesEmpty => EdgeCount == 0;

    public IEnumerable<int> Vertices => Enumerable.Range(0, VertexCount);

    /// <summary>By source, not by edge number.</summary>
    public IEnumerable<ReachEdge> Edges => Vertices.SelectMany(OutEdges);

    public bool ContainsVertex(int vertex) => (uint)vertex < (uint)VertexCount;

    public bool ContainsEdge(ReachEdge edge) =>
        ContainsVertex(edge.Source) && OutEdges(edge.Source).Any(other => other == edge && other.Target == edge.Target);

    public bool ContainsEdge(int source, int target) => TryGetEdge(source, target, out _);

    public bool TryGetEdge(int source, int target, out ReachEdge edge)
    {
        edge = default;
        if (!ContainsVertex(source)) return false;
        var slot = Outward.Other.AsSpan(Outward.Start[source]..Outward.Start[source + 1]).IndexOf(target);
        if (slot < 0) return false;
        edge = new(source, target, Outward.Edge[Outward.Start[source] + slot]);
        return true;
    }

    public bool TryGetEdges(int source, int target, [NotNullWhen(true)] out IEnumerable<ReachEdge>? edges)
    {
        edges = ContainsVertex(source) ? OutEdges(source).Where(edge => edge.Target == target) : null;
        return edges is not null;
    }

    public bool IsOutEdgesEmpty(int vertex) => OutDegree(vertex) == 0;

    public int OutDegree(int vertex) => Outward.Degree(Known(vertex));

    public IEnumerable<ReachEdge> OutEdges(int vertex) => Row(Outward, Known(vertex));

    public bool TryGetOutEdges(int vertex, [NotNullWhen(true)] out IEnumerable<ReachEdge>? edges)
    {
        edges = ContainsVertex(vertex) ? OutEdges(vertex) : null;
        return edges is not null;
    }

    public ReachEdge OutEdge(int vertex, int index) => At(Outward, Known(vertex), index);

    public bool IsInEdgesEmpty(int vertex) => InDegree(vertex) == 0;

    public int InDegree(int vertex) => Inward.Degree(Known(vertex));

    public IEnumerable<ReachEdge> InEdges(int vertex) => Row(Inward, Known(vertex));

    public bool TryGetInEdges(int vertex, [NotNullWhen(true)] out IEnumerable<ReachEdge>? edges)
    {
        edges = ContainsVertex(vertex) ? InEdges(vertex) : null;
        return edges is not null;
    }

    public ReachEdge InEdge(int vertex, int index) => At(Inward, Known(vertex), index);

    public int Degree(int vertex) => OutDegree(vertex) + InDegree(vertex);

    private int Known(int vertex) => ContainsVertex(vertex) ? vertex : throw new VertexNotFoundException();

    private static ReachEdge At(Arcs arcs, int vertex, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)arcs.Degree(vertex), nameof(index));
        return Made(arcs, vertex, arcs.Start[vertex] + index);
    }

    private static IEnumerable<ReachEdge> Row(Arcs arcs, int vertex)
    {
        for (var slot = arcs.Start[vertex]; slot < arcs.Start[vertex + 1]; slot++) yield return Made(arcs, vertex, slot);
    }

    private static ReachEdge Made(Arcs arcs, int vertex, int slot) => arcs.Direction == Direction.Forward
        ? new(vertex, arcs.Other[slot], arcs.Edge[slot])
        : new(arcs.Other[slot], vertex, arcs.Edge[slot]);
}
