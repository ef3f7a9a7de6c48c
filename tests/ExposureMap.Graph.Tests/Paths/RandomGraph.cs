using CsCheck;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

/// <summary>
/// A small random graph with what a question about it needs. Self loops, parallel edges, isolated vertices and overlapping sets all occur.
/// </summary>
public sealed record RandomGraph(int Vertices, (int From, int To, byte Cost)[] Edges, int[] Sources, int[] Targets)
{
    public ReachGraph Graph { get; } = ReachGraph.Build(
        Vertices, Edges.Select(edge => edge.From).ToArray(), Edges.Select(edge => edge.To).ToArray(), Edges.Select(edge => edge.Cost).ToArray());

    public static Gen<RandomGraph> Of(int maxVertices, int maxEdges) =>
        from vertices in Gen.Int[1, maxVertices]
        let vertex = Gen.Int[0, vertices - 1]
        from edges in Gen.Select(vertex, vertex, Gen.Byte[0, 4]).Array[0, maxEdges]
        from sources in vertex.Array[0, 3]
        from targets in vertex.Array[1, 3]
        select new RandomGraph(vertices, edges, sources, targets);

    /// <summary>Reachability by repetition until nothing changes: too simple to be wrong.</summary>
    public bool[] Reached(IEnumerable<int> from, Func<int, bool>? withoutEdge = null, Func<int, bool>? withoutVertex = null)
    {
        var reached = new bool[Vertices];
        foreach (var source in from) reached[source] = withoutVertex?.Invoke(source) != true;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var id = 0; id < Edges.Length; id++)
            {
                var (source, target, _) = Edges[id];
                if (!reached[source] || reached[target] || withoutEdge?.Invoke(id) == true || withoutVertex?.Invoke(target) == true) continue;
                reached[target] = changed = true;
            }
        }

        return reached;
    }

    /// <summary>Every loop-free path with at least one hop from a source to a target, as edge numbers.</summary>
    public List<(int[] Edges, int Cost)> SimplePaths()
    {
        var paths = new List<(int[], int)>();
        foreach (var source in Sources.Distinct()) Extend([source], [], 0);
        return paths;

        void Extend(List<int> visited, List<int> taken, int cost)
        {
            if (taken.Count > 0 && Targets.Contains(visited[^1])) paths.Add(([.. taken], cost));
            for (var id = 0; id < Edges.Length; id++)
                if (Edges[id].From == visited[^1] && !visited.Contains(Edges[id].To))
                    Extend([.. visited, Edges[id].To], [.. taken, id], cost + Edges[id].Cost);
        }
    }

    public static void AssertWalkable(RandomGraph random, EdgePath path)
    {
        var at = path.Source;
        foreach (var hop in path.Hops)
        {
            Assert.Equal((at, hop.Target), (random.Edges[hop.Id].From, random.Edges[hop.Id].To));
            at = hop.Target;
        }

        Assert.Equal(path.Target, at);
        Assert.Equal(path.Cost, path.Hops.Sum(hop => random.Edges[hop.Id].Cost));
    }

    public override string ToString() =>
        $"{Vertices} vertices; {string.Join(' ', Edges.Select(edge => $"{edge.From}>{edge.To}:{edge.Cost}"))}; from {string.Join(',', Sources)} to {string.Join(',', Targets)}";
}
