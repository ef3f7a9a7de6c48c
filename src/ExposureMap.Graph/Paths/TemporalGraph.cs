using ExposureMap.Graph.Map;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// What the contacts of a log stand for in a graph: in a plain graph the edge of the same number; in a map's graph those of the contact's
/// conduit, with the session, against it, or both. And the edges that are taken without a contact.
/// </summary>
internal sealed class TemporalGraph
{
    /// <summary>In place of both ends: the number stands for something else than one edge with the session.</summary>
    public const int Otherwise = -1;

    private readonly PathGraph? _paths;
    private readonly int[] _timeless = [];
    private readonly Arcs? _timelessOut, _timelessIn;

    private TemporalGraph(ReachGraph graph) => (VertexCount, Ends) = (graph.VertexCount, graph.Ends());

    private TemporalGraph(PathGraph paths)
    {
        (_paths, VertexCount) = (paths, paths.Graph.VertexCount);
        Ends = new (int, int)[paths.ForwardEdge.Length];
        for (var row = 0; row < Ends.Length; row++) Ends[row] = EndsOfRow(paths, row);
        _timeless = [.. Enumerable.Range(0, paths.Graph.EdgeCount).Where(edge => paths.Edge(edge).IsTimeless)];
        if (_timeless.Length == 0) return;
        var (from, to) = (Array.ConvertAll(_timeless, edge => paths.Edge(edge).From), Array.ConvertAll(_timeless, edge => paths.Edge(edge).To));
        _timelessOut = Arcs.Build(Direction.Forward, VertexCount, from, to, new byte[from.Length]);
        _timelessIn = Arcs.Build(Direction.Backward, VertexCount, to, from, new byte[from.Length]);
    }

    public int VertexCount { get; }

    /// <summary>By the number of a contact's edge. <see cref="VertexCount"/> twice where it stands for none, so that nobody is ever found there.</summary>
    public (int From, int To)[] Ends { get; }

    public static TemporalGraph Of(ReachGraph graph) => new(graph);

    public static TemporalGraph Of(PathGraph paths) => new(paths);

    /// <summary>Edges by their own number, ends included.</summary>
    public ReachEdge Edge(int edge) => _paths is null ? new(Ends[edge].From, Ends[edge].To, edge) : new(_paths.Edge(edge).From, _paths.Edge(edge).To, edge);

    /// <summary>The edge with the session, where <see cref="Ends"/> tells them.</summary>
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
        return with < 0 || paths.Edge(with).IsTimeless ? (VertexCount, VertexCount) : (paths.Edge(with).From, paths.Edge(with).To);
    }
}
