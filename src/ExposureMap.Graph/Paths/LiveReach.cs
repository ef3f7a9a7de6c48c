using System.Collections.Immutable;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// The growing graph: edges are only added, by one writer, each prepended to the lists of its ends; what the sources reach is kept at
/// every insert (G. F. Italiano, Amortized efficiency of a path retrieval data structure, 1986: every edge is followed once, when its
/// source is first reached). Readers take a <see cref="LiveSnapshot"/> and never wait, nor make the writer wait.
/// </summary>
public sealed class LiveReach
{
    internal const int SourceMark = -1;

    // Edge numbers are kept plus one, so that a fresh entry says "none". The step is the number of the change, for edges and sources alike.
    internal readonly Chunks From = new(), To = new(), NextOut = new(), NextIn = new();
    internal readonly Chunks HeadOut = new(), HeadIn = new();
    internal readonly Chunks ReachedVia = new(), ReachedAt = new();

    private readonly Stack<int> _follow = new();
    private int _vertices;
    private int _edges;
    private int _step;
    private long _published;        // step above, edge count below: one write makes a change visible

    /// <summary>Writer's view; readers ask a snapshot.</summary>
    public int EdgeCount => _edges;

    public int VertexCount => _vertices;

    /// <summary>A place for one more vertex.</summary>
    public int AddVertex()
    {
        HeadOut.Ensure(_vertices + 1);
        HeadIn.Ensure(_vertices + 1);
        ReachedVia.Ensure(_vertices + 1);
        ReachedAt.Ensure(_vertices + 1);
        Volatile.Write(ref _vertices, _vertices + 1);
        return _vertices - 1;
    }

    /// <summary>From now on the vertex counts as a source. Answers how many vertices became reached with it.</summary>
    public int AddSource(int vertex)
    {
        _step++;
        var count = ReachedAt[vertex] == 0 ? Follow(vertex, SourceMark) : 0;
        Publish();
        return count;
    }

    /// <summary>Adds the edge with the number <see cref="EdgeCount"/> had. Answers how many vertices became reached by it.</summary>
    public int AddEdge(int from, int to)
    {
        From.Ensure(_edges + 1);
        To.Ensure(_edges + 1);
        NextOut.Ensure(_edges + 1);
        NextIn.Ensure(_edges + 1);
        (From[_edges], To[_edges]) = (from, to);
        (NextOut[_edges], NextIn[_edges]) = (HeadOut[from], HeadIn[to]);
        _step++;
        var edge = ++_edges;        // plus one, as it is kept
        Volatile.Write(ref HeadOut[from], edge);
        Volatile.Write(ref HeadIn[to], edge);
        var count = ReachedAt[from] != 0 && ReachedAt[to] == 0 ? Follow(to, edge) : 0;
        Publish();
        return count;
    }

    public LiveSnapshot Snapshot()
    {
        var published = Volatile.Read(ref _published);
        return new(this, (int)(published >> 32), (int)published);
    }

    /// <summary>Marks the vertex and all that it newly leads to.</summary>
    private int Follow(int vertex, int via)
    {
        var count = 0;
        Reached(vertex, via);
        while (_follow.TryPop(out vertex))
        {
            count++;
            for (var edge = HeadOut[vertex]; edge != 0; edge = NextOut[edge - 1])
                if (ReachedAt[To[edge - 1]] == 0) Reached(To[edge - 1], edge);
        }

        return count;
    }

    private void Reached(int vertex, int via)
    {
        ReachedVia[vertex] = via;
        Volatile.Write(ref ReachedAt[vertex], _step);
        _follow.Push(vertex);
    }

    private void Publish() => Volatile.Write(ref _published, (long)_step << 32 | (uint)_edges);
}

/// <summary>The graph as it was after one change, exactly: later edges and marks carry higher numbers and are passed over.</summary>
public readonly struct LiveSnapshot
{
    private readonly LiveReach _graph;
    private readonly int _step;

    internal LiveSnapshot(LiveReach graph, int step, int edges) => (_graph, _step, EdgeCount) = (graph, step, edges);

    public int EdgeCount { get; }

    public (int From, int To) Edge(int edge) => (_graph.From[edge], _graph.To[edge]);

    /// <summary>Whether a source reached the vertex by then.</summary>
    public bool IsReached(int vertex) => Volatile.Read(ref _graph.ReachedAt[vertex]) is > 0 and var step && step <= _step;

    /// <summary>A path from a source by which the vertex was first reached; null when it was not.</summary>
    public ImmutableArray<ReachEdge>? PathTo(int vertex)
    {
        if (!IsReached(vertex)) return null;
        var hops = ImmutableArray.CreateBuilder<ReachEdge>();
        for (var edge = _graph.ReachedVia[vertex]; edge != LiveReach.SourceMark; edge = _graph.ReachedVia[vertex])
        {
            hops.Add(new(_graph.From[edge - 1], vertex, edge - 1));
            vertex = _graph.From[edge - 1];
        }

        hops.Reverse();
        return hops.DrainToImmutable();
    }

    public IEnumerable<ReachEdge> OutEdges(int vertex)
    {
        for (var edge = Volatile.Read(ref _graph.HeadOut[vertex]); edge != 0; edge = _graph.NextOut[edge - 1])
            if (edge <= EdgeCount) yield return new(vertex, _graph.To[edge - 1], edge - 1);
    }

    public IEnumerable<ReachEdge> InEdges(int vertex)
    {
        for (var edge = Volatile.Read(ref _graph.HeadIn[vertex]); edge != 0; edge = _graph.NextIn[edge - 1])
            if (edge <= EdgeCount) yield return new(_graph.From[edge - 1], vertex, edge - 1);
    }

    /// <summary>The frozen form, with the same numbers: vertices added later have no edges in it.</summary>
    public ReachGraph Freeze(ReadOnlySpan<byte> cost)
    {
        var (from, to) = (new int[EdgeCount], new int[EdgeCount]);
        for (var edge = 0; edge < EdgeCount; edge++) (from[edge], to[edge]) = Edge(edge);
        return ReachGraph.Build(_graph.VertexCount, from, to, cost);
    }
}
