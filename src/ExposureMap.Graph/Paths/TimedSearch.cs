using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>Two searches in time, one over all conversations and one over certain ones, put side by side.</summary>
internal sealed class TimedSearch
{
    private readonly PathGraph _graph;
    private readonly TimedOptions _options;
    private readonly Arrivals _possible;
    private readonly Arrivals _certain;
    private readonly bool _isForward;

    private TimedSearch(PathGraph graph, ImmutableArray<int> starts, TimedOptions options, Direction direction, CancellationToken stop)
    {
        (_graph, _options, _isForward) = (graph, options, direction == Direction.Forward);
        var rule = (_isForward ? 0 : ContactRule.Backward) | (options.OpenSessions ? ContactRule.OpenSessions : 0);
        var (from, to) = _isForward ? (options.Since, options.Until) : (options.Until, options.Since);
        _possible = Arrivals.Run(graph, rule, starts.AsSpan(), from, to, null, options.Bounds, stop);
        _certain = Arrivals.Run(graph, rule | ContactRule.CertainOnly, starts.AsSpan(), from, to, null, options.Bounds, stop);
    }

    public static TimedAnswer Run(PathGraph graph, ImmutableArray<int> starts, TimedOptions options, Direction direction, CancellationToken stop)
    {
        var search = new TimedSearch(graph, starts, options, direction, stop);
        var reached = search._possible.Order.Where(id => !search._possible.IsStart(id) && !graph.IsMereStandIn(id)).ToList();
        var sorted = reached.OrderBy(id => search.Rank(id)).ThenBy(id => graph.Map.Assets[id].Address).ThenBy(id => graph.Map.Assets[id].Device, StringComparer.Ordinal);
        var cutOff = search._possible.CutOff != CutOff.None ? search._possible.CutOff : search._certain.CutOff;
        if (cutOff == CutOff.None && reached.Count > options.Bounds.MaxResults) cutOff = CutOff.Results;
        var coverage = CoverageAnswer.Of(graph, reached.Count == 0, options.Since, options.Until, cutOff, starts);
        return new([.. sorted.Take(options.Bounds.MaxResults).Select(search.RowOf)], cutOff, coverage);
    }

    private long Rank(int id) => _isForward ? _possible.TimeOf(id).Nanoseconds : ~_possible.TimeOf(id).Nanoseconds;

    private TimedRow RowOf(int id)
    {
        var isCertain = _certain.Contains(id);
        var proof = isCertain ? _certain : _possible;
        return new(
            _graph.Map.Assets[id], proof.TimeOf(id), _possible.TimeOf(id), isCertain ? PathCertainty.Must : PathCertainty.May,
            !isCertain && _possible.StepsTo(id).Any(step => _graph.Edge(step.Edge).IsSupposed) ? _graph.Options.Supposed : PathBasis.Witnessed, isCertain ? [] : BecauseOf(id), () => HopFolding.HopsOf(_graph, proof.StepsTo(id), _isForward ? _options.Since : Timestamp.Beginning));
    }

    private ImmutableArray<string> BecauseOf(int id)
    {
        var because = ImmutableArray.CreateBuilder<string>();
        var steps = _possible.StepsTo(id);
        because.AddRange(Witness.DoubtsOf(_graph, steps.Select(step => step.Edge).Where(edge => _graph.Edge(edge).IsSupposed)));
        foreach (var (edge, contact) in steps)
        {
            if (contact < 0 || _graph.Map.Record.Contacts[contact].IsCertain != 0) continue;
            var conduit = new Map.Conduit(_graph.Map, _graph.Edge(edge).Row);
            because.Add($"direction: who opened {conduit} at {new Timestamp(_graph.Map.Record.Contacts[contact].Start)} is not told by handshake or payload");
        }

        return because.ToImmutable();
    }
}
