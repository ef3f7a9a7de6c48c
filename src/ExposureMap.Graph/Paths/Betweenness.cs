namespace ExposureMap.Graph.Paths;

/// <summary>
/// How many of the shortest paths (in hops) from sources to targets pass each vertex. U. Brandes, A faster algorithm for betweenness
/// centrality (2001), with only the targets counted as ends; U. Brandes, C. Pich, Centrality estimation in large networks (2007): with more
/// sources than the sample, every n-th is used and the result scaled up. Ends are not passed.
/// </summary>
public sealed class Betweenness
{
    private readonly double[] _score;

    private Betweenness(double[] score) => _score = score;

    /// <summary>By vertex: expected number of source-target pairs whose shortest path passes it.</summary>
    public ReadOnlySpan<double> Of => _score;

    /// <summary>Sources really searched from, out of <see cref="Sources"/>.</summary>
    public int Sampled { get; private set; }

    public int Sources { get; private init; }

    public CutOff CutOff { get; private set; }

    public bool IsComplete => CutOff == CutOff.None;

    /// <param name="sample">How many sources to search from, at least 1.</param>
    public static Betweenness Between(
        ReachGraph graph, ReadOnlySpan<int> from, ReadOnlySpan<int> to, int sample,
        EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sample, 1);
        int[] sources = [.. from.ToArray().Distinct().Order()];
        var result = new Betweenness(new double[graph.VertexCount]) { Sources = sources.Length };
        var targets = BitSet.Of(graph.VertexCount, to);
        var left = bounds ?? SearchBounds.None;
        var count = Math.Min(sample, sources.Length);
        using var counts = new PathCounts(graph, mask);
        for (; result.Sampled < count; result.Sampled++)
        {
            var source = sources[(int)((long)result.Sampled * sources.Length / count)];
            using var reach = Reach.Forward(graph, [source], mask, left, stop);
            result.CutOff = reach.CutOff;
            if (!reach.IsComplete) break;
            left = left with { MaxWork = left.MaxWork - reach.Count };
            counts.Add(reach, targets, result._score);
        }

        for (var vertex = 0; result.Sampled > 0 && vertex < result._score.Length; vertex++) result._score[vertex] *= (double)sources.Length / result.Sampled;
        return result;
    }

    /// <summary>Counts shortest paths down the levels of a search, and hands each target's share back up.</summary>
    private sealed class PathCounts(ReachGraph graph, EdgeMask? mask) : IDisposable
    {
        private readonly double[] _paths = new double[graph.VertexCount];
        private readonly double[] _share = new double[graph.VertexCount];
        private readonly int[] _hops = graph.Scratch.RentCosts();

        public void Add(Reach reach, BitSet targets, double[] score)
        {
            for (var hops = 0; hops < reach.LevelCount; hops++)
                foreach (var vertex in reach.Level(hops)) (_hops[vertex], _paths[vertex], _share[vertex]) = (hops, 0, 0);
            _paths[reach.Order[0]] = 1;
            foreach (var vertex in reach.Order) Down(vertex);
            for (var index = reach.Count - 1; index > 0; index--)
            {
                var vertex = reach.Order[index];
                Up(vertex, (targets.Contains(vertex) ? 1 : 0) + _share[vertex]);
                score[vertex] += _share[vertex];
            }

            foreach (var vertex in reach.Order) _hops[vertex] = int.MaxValue;
        }

        public void Dispose() => graph.Scratch.ReturnCosts(_hops, []);

        private void Down(int vertex)
        {
            var arcs = graph.Outward;
            for (var slot = arcs.Start[vertex]; slot < arcs.Start[vertex + 1]; slot++)
            {
                var next = arcs.Other[slot];
                if (_hops[next] == _hops[vertex] + 1 && mask?.Admits(arcs.Edge[slot], next) != false) _paths[next] += _paths[vertex];
            }
        }

        private void Up(int vertex, double share)
        {
            if (share == 0) return;
            var arcs = graph.Inward;
            for (var slot = arcs.Start[vertex]; slot < arcs.Start[vertex + 1]; slot++)
            {
                var before = arcs.Other[slot];
                if (_hops[before] == _hops[vertex] - 1 && mask?.Admits(arcs.Edge[slot], vertex) != false)
                    _share[before] += share * _paths[before] / _paths[vertex];
            }
        }
    }
}
