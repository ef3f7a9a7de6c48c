using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Two searches in time, one over all conversations and one over certain ones, put side by side. One serves for both where it met nothing uncertain.
/// </summary>
internal sealed class TimedSearch : IDisposable
{
    private readonly PathGraph _graph;
    private readonly Direction _direction;
    private readonly TemporalSearch _possible;
    private readonly TemporalSearch _certain;
    private readonly bool[] _isStart;

    private TimedSearch(PathGraph graph, ImmutableArray<int> starts, TimedOptions options, Direction direction, CancellationToken stop)
    {
        (_graph, _direction, _isStart) = (graph, direction, new bool[graph.Graph.VertexCount]);
        foreach (var start in starts) _isStart[start] = true;
        TemporalSearch Search(Claim claim) =>
            TemporalSearch.Run(graph.Temporal, direction, starts.AsSpan(), options.Rule(claim), null, new(options.Bounds, stop));
        _possible = Search(Claim.May);
        _certain = _possible.HasDoubts || options.OpenSessions ? Search(Claim.Must) : _possible;
    }

    public static TimedAnswer Run(PathGraph graph, ImmutableArray<int> starts, TimedOptions options, Direction direction, CancellationToken stop)
    {
        var search = new TimedSearch(graph, starts, options, direction, stop);
        var (best, count) = search.Reached(options.Bounds.MaxResults);
        var cutOff = search._possible.CutOff != CutOff.None ? search._possible.CutOff : search._certain.CutOff;
        if (cutOff == CutOff.None && count > options.Bounds.MaxResults) cutOff = CutOff.Results;
        var coverage = CoverageAnswer.Of(graph, count == 0, options.Since, options.Until, cutOff, starts);
        return new([.. best.Take(options.Bounds.MaxResults).Select(search.RowOf)], cutOff, coverage) { Search = search };
    }

    public void Dispose()
    {
        _possible.Dispose();
        _certain.Dispose();
    }

    /// <summary>The best ones, best first, and how many there are; of equals by address, then by device. What nobody wants is not sorted.</summary>
    private (int[] Best, int Count) Reached(int wanted)
    {
        int[] reached = [.. Enumerable.Range(0, _isStart.Length).Where(id => !_isStart[id] && _possible.Contains(id) && !_graph.IsMereStandIn(id))];
        var best = reached;
        if (reached.Length > wanted)
        {
            var bound = WorstOf(reached, wanted);
            best = [.. reached.Where(id => RankOf(id) <= bound)];
        }

        Array.Sort(Array.ConvertAll(best, RankOf), best);
        SortEquals(best);
        return (best, reached.Length);
    }

    /// <summary>The rank of the last one wanted.</summary>
    private long WorstOf(int[] reached, int wanted)
    {
        var ranks = new PriorityQueue<long, long>();        // negated: the greatest comes first
        foreach (var rank in reached.Select(RankOf))
        {
            if (ranks.Count < wanted) ranks.Enqueue(rank, ~rank);
            else ranks.EnqueueDequeue(rank, ~rank);
        }

        return ranks.Count == 0 ? long.MinValue : ranks.Peek();
    }

    private void SortEquals(int[] best)
    {
        var assets = _graph.Map.Assets;
        for (var begin = 0; begin < best.Length;)
        {
            var end = begin + 1;
            while (end < best.Length && RankOf(best[end]) == RankOf(best[begin])) end++;
            if (end - begin > 1)
            {
                Array.Sort(best, begin, end - begin, Comparer<int>.Create((left, right) =>
                    assets[left].Address.CompareTo(assets[right].Address) is var order && order != 0
                        ? order
                        : string.CompareOrdinal(assets[left].Device, assets[right].Device)));
            }

            begin = end;
        }
    }

    private long RankOf(int id) => _possible.TimeOf(id).Nanoseconds is var time && _direction == Direction.Forward ? time : ~time;

    private TimedRow RowOf(int id)
    {
        var isCertain = _certain.Contains(id);
        var proof = isCertain ? _certain : _possible;
        return new(
            _graph.Map.Assets[id], proof.TimeOf(id), _possible.TimeOf(id), isCertain ? PathCertainty.Must : PathCertainty.May,
            BasisOf(isCertain, id), isCertain ? [] : BecauseOf(id), () => HopFolding.HopsOf(_graph, proof.HopsTo(id)));
    }

    private PathBasis BasisOf(bool isCertain, int id) =>
        !isCertain && _possible.HopsTo(id).Any(hop => _graph.Edge(hop.Edge.Id).IsSupposed) ? _graph.Options.Supposed : PathBasis.Witnessed;

    private ImmutableArray<string> BecauseOf(int id)
    {
        var because = ImmutableArray.CreateBuilder<string>();
        var hops = _possible.HopsTo(id);
        because.AddRange(Witness.DoubtsOf(_graph, hops.Select(hop => hop.Edge.Id).Where(edge => _graph.Edge(edge).IsSupposed)));
        foreach (var hop in hops)
        {
            if (Witness.DoubtOf(_graph, hop) is { Length: > 0 } doubt) because.Add(doubt);
        }

        return because.ToImmutable();
    }
}
