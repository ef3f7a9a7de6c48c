namespace ExposureMap.Graph.Paths;

/// <summary>Edges and vertices that a search must not use: what-if, <c>--avoid</c>, and the proof of a cut.</summary>
public sealed class EdgeMask(ReachGraph graph)
{
    private readonly BitSet _edges = new(graph.EdgeCount);
    private readonly BitSet _vertices = new(graph.VertexCount);

    public EdgeMask DisableEdge(int edge)
    {
        _edges.Add(edge);
        return this;
    }

    public EdgeMask DisableVertex(int vertex)
    {
        _vertices.Add(vertex);
        return this;
    }

    public bool IsEdgeDisabled(int edge) => _edges.Contains(edge);

    public bool IsVertexDisabled(int vertex) => _vertices.Contains(vertex);

    /// <summary>The same said in edges only: all those of disabled vertices, in and out, are disabled with them.</summary>
    internal EdgeMask InEdges()
    {
        var mask = new EdgeMask(graph);
        for (var edge = 0; edge < graph.EdgeCount; edge++) if (IsEdgeDisabled(edge)) mask.DisableEdge(edge);
        for (var vertex = 0; vertex < graph.VertexCount; vertex++)
        {
            if (!IsVertexDisabled(vertex)) continue;
            foreach (var edge in graph.OutEdges(vertex).Concat(graph.InEdges(vertex))) mask.DisableEdge(edge.Id);
        }

        return mask;
    }

    internal bool Admits(int edge, int vertex) => !_edges.Contains(edge) && !_vertices.Contains(vertex);
}

/// <summary>A mask as a type parameter: without a mask the test compiles to nothing.</summary>
internal interface IMask
{
    bool AdmitsVertex(int vertex);

    /// <summary>Asked of an edge and of the vertex it leads to in the direction of the search.</summary>
    bool Admits(int edge, int vertex);
}

internal readonly struct Unmasked : IMask
{
    public bool AdmitsVertex(int vertex) => true;

    public bool Admits(int edge, int vertex) => true;
}

internal readonly struct Masked(EdgeMask mask) : IMask
{
    public bool AdmitsVertex(int vertex) => !mask.IsVertexDisabled(vertex);

    public bool Admits(int edge, int vertex) => mask.Admits(edge, vertex);
}
