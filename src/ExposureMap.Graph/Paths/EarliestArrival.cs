using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// When an intruder on the sources could have been at each vertex first, walking only conversations that really took place, one after
/// the other (contract, "time rule"). See <see cref="TemporalSearch"/> for the method. Hops cannot be bounded: the earliest way may be the longer
/// one. Disposing returns the work array; forgetting to costs only its reuse.
/// </summary>
public sealed class EarliestArrival : IDisposable
{
    private readonly TemporalSearch _search;

    private EarliestArrival(TemporalSearch search) => _search = search;

    public CutOff CutOff => _search.CutOff;

    public bool IsComplete => CutOff == CutOff.None;

    public static EarliestArrival From(
        ReachGraph graph, ContactLog contacts, ReadOnlySpan<int> sources, TimeRule rule,
        EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default) =>
        new(TemporalSearch.Run(TemporalGraph.Of(graph, contacts), Direction.Forward, sources, rule, mask, new(bounds ?? SearchBounds.None, stop)));

    /// <summary>On a map: over its conduits with the session, and against it where a compromise runs that way.</summary>
    public static EarliestArrival From(
        PathGraph paths, ReadOnlySpan<int> sources, TimeRule rule, EdgeMask? mask = null, SearchBounds? bounds = null,
        CancellationToken stop = default) =>
        new(TemporalSearch.Run(paths.Temporal, Direction.Forward, sources, rule, mask, new(bounds ?? SearchBounds.None, stop)));

    public void Dispose() => _search.Dispose();

    public bool Contains(int vertex) => _search.Contains(vertex);

    /// <summary>The rule's beginning for a source, <see cref="Timestamp.Never"/> where not reached.</summary>
    public Timestamp At(int vertex) => _search.TimeOf(vertex);

    /// <summary>The edge of the last hop there; -1 for a source. Only of what was reached.</summary>
    public int EdgeInto(int vertex) => _search.EdgeInto(vertex);

    /// <summary>The way there, from a source, in order of time; empty for a source, null where not reached.</summary>
    public ImmutableArray<ContactHop>? PathTo(int vertex) => Contains(vertex) ? _search.HopsTo(vertex) : null;
}
