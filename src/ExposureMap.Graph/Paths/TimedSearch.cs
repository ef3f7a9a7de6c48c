using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>Two searches in time, one over all conversations and one over certain ones, put side by side. One serves for both where it met nothing uncertain.</summary>
internal sealed class TimedSearch
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
        TemporalSearch Search(Claim claim) => TemporalSearch.Run(graph.Temporal, direction, starts.AsSpan(), options.Rule(claim), null, new(options.Bounds, stop));
        _possible = Search(Claim.May);
        _certain = _possible.HasDoubts || options.OpenSessions ? Search(Claim.Must) : _possible;
    }

    public static TimedAnswer Run(PathGraph graph, ImmutableArray<int> starts, TimedOptions options, Direction direction, CancellationToken stop)
    {
        var search = new TimedSearch(graph, starts, options, direction, stop);
        var reached = search.Reached();
        var cutOff = search._possible.CutOff != CutOff.None ? search._possible.CutOff : search._certain.CutOff;
        if (cutOff == CutOff.None && reached.Length > options.Bounds.MaxResults) cutOff = CutOff.Results;
        var coverage = CoverageAnswer.Of(graph, reached.Length == 0, options.Since, options.Until, cutOff, starts);
        return new([.. reached.Take(options.Bounds.MaxResults).Select(search.RowOf)], cutOff, coverage);
    }

    /// <summary>Best first; of equals by address, then by device.</summary>
    private int[] Reached()
    {
        int[] reached = [.. Enumerable.Range(0, _isStart.Length).Where(id => !_isStart[id] && _possible.Contains(id) && !_graph.IsMereStandIn(id))];
        var assets = _graph.Map.Assets;
        var ranks = Array.ConvertAll(reached, id => _possible.TimeOf(id).Nanoseconds is var time && _direction == Direction.Forward ? time : ~time);
        Array.Sort(ranks, reached);
        for (var begin = 0; begin < reached.Length;)
        {
            var end = begin + 1;
            while (end < reached.Length && ranks[end] == ranks[begin]) end++;
            Array.Sort(reached, begin, end - begin, Comparer<int>.Create((left, right) =>
                assets[left].Address.CompareTo(assets[right].Address) is var order && order != 0 ? order : string.CompareOrdinal(assets[left].Device, assets[right].Device)));
            begin = end;
        }

        return reached;
    }

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
