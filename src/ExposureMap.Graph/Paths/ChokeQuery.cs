using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>An asset between two selections, and how much of the way there depends on it.</summary>
/// <param name="Severs">Targets that are reached only through it.</param>
/// <param name="Share">Of all shortest paths from a source to a target, the part that passes it: 0 to 1.</param>
public sealed record ChokePoint(Asset Asset, int Severs, double Share);

/// <param name="Reached">Targets reached at all.</param>
/// <param name="Sampled">Sources that <see cref="ChokePoint.Share"/> was worked out from, of <paramref name="Sources"/>.</param>
public sealed record ChokeAnswer(ImmutableArray<ChokePoint> Points, int Reached, int Sampled, int Sources, CutOff CutOff, CoverageAnswer Coverage);

/// <summary>Where all paths, or most of them, must pass: the places worth guarding.</summary>
public sealed record ChokeQuery
{
    public required ImmutableArray<int> From { get; init; }

    public required ImmutableArray<int> To { get; init; }

    /// <summary>Sources searched from for <see cref="ChokePoint.Share"/>.</summary>
    public int Sample { get; init; } = 256;

    public SearchBounds Bounds { get; init; } = SearchBounds.None;

    /// <summary>First those that sever most, of equals those that most paths pass. Sources and unpassed assets are left out.</summary>
    public ChokeAnswer Run(PathGraph graph, CancellationToken stop = default)
    {
        ImmutableArray<int> starts = [.. From.Where(id => !graph.IsMereStandIn(id))];
        ImmutableArray<int> targets = [.. To.Except(From).Where(id => !graph.IsMereStandIn(id))];
        var dominators = Dominators.From(graph.Graph, starts.AsSpan(), null, Bounds, stop);
        var severed = dominators.Dominated(targets.AsSpan());
        // once they are found, a search is over
        ImmutableArray<int> ends = dominators.IsComplete ? [.. targets.Where(dominators.Contains)] : targets;
        var passed = Betweenness.Between(graph.Graph, starts.AsSpan(), ends.AsSpan(), Math.Max(1, Sample), null, Bounds, stop);
        var reached = targets.Count(dominators.Contains);
        var standIns = StandInsOf(graph);
        var sources = From.ToHashSet();
        var points = Enumerable.Range(0, severed.Length)
            .Where(id => !standIns.Contains(id) && !sources.Contains(id) && (severed[id] > 0 || passed.Of[id] > 0))
            .Select(id => new ChokePoint(graph.Map.Assets[id], severed[id], passed.Pairs == 0 ? 0 : Math.Min(1, passed.Of[id] / passed.Pairs)))
            .OrderByDescending(point => point.Severs).ThenByDescending(point => point.Share).ThenBy(point => point.Asset.Id);
        var cutOff = dominators.CutOff != CutOff.None ? dominators.CutOff : passed.CutOff;
        var coverage = CoverageAnswer.Of(graph, reached == 0, Timestamp.Beginning, Timestamp.Never, cutOff, From, To);
        return new([.. points.Take(Bounds.MaxResults)], reached, passed.Sampled, passed.Sources, cutOff, coverage);
    }

    /// <summary>What stands for a source's or a target's segment: whoever asks about the machines knows that they pass it.</summary>
    private HashSet<int> StandInsOf(PathGraph graph) =>
    [
        .. (graph.HasStandIns ? From.Concat(To) : []).SelectMany(end => graph.Graph.OutEdges(end).Concat(graph.Graph.InEdges(end)))
            .Where(edge => graph.Edge(edge.Id).Class == EdgeClass.Member).SelectMany(edge => new[] { edge.Source, edge.Target })
            .Where(id => graph.Map.Assets[id].IsStandIn),
    ];
}
