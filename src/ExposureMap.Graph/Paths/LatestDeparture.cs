using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// From which vertices, and leaving when at the latest, the targets could have been entered: <see cref="EarliestArrival"/> with time reversed.
/// </summary>
public sealed class LatestDeparture
{
    private readonly TemporalSearch _search;

    private LatestDeparture(TemporalSearch search) => _search = search;

    public CutOff CutOff => _search.CutOff;

    public bool IsComplete => CutOff == CutOff.None;

    public static LatestDeparture To(
        ReachGraph graph, ContactLog contacts, ReadOnlySpan<int> targets, TimeRule rule,
        EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default) =>
        new(TemporalSearch.Run(TemporalGraph.Of(graph, contacts), Direction.Backward, targets, rule, mask, new(bounds ?? SearchBounds.None, stop)));

    public bool Contains(int vertex) => _search.Contains(vertex);

    /// <summary>The last moment to be there and still get to a target; the rule's end for a target; null where none is in reach.</summary>
    public Timestamp? At(int vertex) => Contains(vertex) ? _search.TimeOf(vertex) : null;

    /// <summary>The way from there to a target, in order of time; empty for a target, null where none is in reach.</summary>
    public ImmutableArray<ContactHop>? PathFrom(int vertex) => Contains(vertex) ? _search.HopsTo(vertex) : null;
}
