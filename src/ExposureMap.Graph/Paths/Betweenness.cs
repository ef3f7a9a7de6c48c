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

    /// <summary>Expected number of pairs of a source and a target that it reaches.</summary>
    public double Pairs { get; private set; }

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
        var targetCount = targets.Count();
        var left = bounds ?? SearchBounds.None;
        var count = Math.Min(sample, sources.Length);
        using var counts = new PathCounts(graph, mask);
        for (; result.Sampled < count; result.Sampled++)
        {
            var source = sources[(int)((long)result.Sampled * sources.Length / count)];
            using var reach = Reach.Until(graph, source, targets, targetCount, mask, left, stop);
            result.CutOff = reach.CutOff;
            if (!reach.IsComplete) break;
            left = left with { MaxWork = left.MaxWork - reach.Count };
            result.Pairs += counts.Add(reach, targets, result._score);
        }

        if (result.Sampled > 0) result.Pairs = result.Pairs * sources.Length / result.Sampled;
        for (var vertex = 0; result.Sampled > 0 && vertex < result._score.Length; vertex++)
            result._score[vertex] *= (double)sources.Length / result.Sampled;
        return result;
    }

    /// <summary>
    /// Counts shortest paths down the levels of a search, and hands each target's share back up. Only what lies on a shortest path to a target is
    /// looked at: of a whole network's machines few do.
    /// </summary>
    private sealed class PathCounts(ReachGraph graph, EdgeMask? mask) : IDisposable
    {
        private readonly Arcs _arcs = graph.Inward;
        private readonly double[] _paths = new double[graph.VertexCount];
        private readonly double[] _share = new double[graph.VertexCount];
        private readonly int[] _hops = graph.Scratch.RentCosts();
        private readonly BitSet _isOnWay = graph.Scratch.RentSet();
        private readonly List<int> _onWay = [];         // farthest first

        /// <summary>How many targets were reached.</summary>
        public int Add(Reach reach, BitSet targets, double[] score)
        {
            for (var hops = 0; hops < reach.LevelCount; hops++)
                foreach (var vertex in reach.Level(hops)) _hops[vertex] = hops;
            var reached = 0;
            for (var index = reach.Count - 1; index > 0; index--)
            {
                var vertex = reach.Order[index];
                if (targets.Contains(vertex))
                {
                    reached++;
                    _isOnWay.Add(vertex);
                }

                if (_isOnWay.Contains(vertex)) Mark(vertex);
            }

            _paths[reach.Order[0]] = 1;
            for (var index = _onWay.Count - 1; index >= 0; index--) Down(_onWay[index]);
            foreach (var vertex in _onWay)
            {
                Up(vertex, (targets.Contains(vertex) ? 1 : 0) + _share[vertex]);
                score[vertex] += _share[vertex];
            }

            Rest(reach);
            return reached;
        }

        public void Dispose()
        {
            graph.Scratch.ReturnCosts(_hops, []);
            graph.Scratch.ReturnSet(_isOnWay, []);
        }

        private void Mark(int vertex)
        {
            _onWay.Add(vertex);
            (_paths[vertex], _share[vertex]) = (0, 0);
            for (var slot = _arcs.Start[vertex]; slot < _arcs.Start[vertex + 1]; slot++)
                if (IsShortest(slot, vertex)) _isOnWay.Add(_arcs.Other[slot]);
        }

        private void Down(int vertex)
        {
            for (var slot = _arcs.Start[vertex]; slot < _arcs.Start[vertex + 1]; slot++)
                if (IsShortest(slot, vertex)) _paths[vertex] += _paths[_arcs.Other[slot]];
        }

        private void Up(int vertex, double share)
        {
            for (var slot = _arcs.Start[vertex]; slot < _arcs.Start[vertex + 1]; slot++)
                if (IsShortest(slot, vertex)) _share[_arcs.Other[slot]] += share * _paths[_arcs.Other[slot]] / _paths[vertex];
        }

        /// <summary>Whether a shortest path comes into the vertex over this arc.</summary>
        private bool IsShortest(int slot, int vertex) =>
            _hops[_arcs.Other[slot]] == _hops[vertex] - 1 && mask?.Admits(_arcs.Edge[slot], vertex) != false;

        private void Rest(Reach reach)
        {
            foreach (var vertex in reach.Order) _hops[vertex] = int.MaxValue;
            foreach (var vertex in _onWay) _isOnWay.Remove(vertex);
            _isOnWay.Remove(reach.Order[0]);
            _onWay.Clear();
        }
    }
}
