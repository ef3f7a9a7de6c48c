using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>An asset that was reached, or that could reach, by the contract's time rule.</summary>
/// <param name="Time">Earliest arrival, or latest departure. Of a certain row by certain conversations alone.</param>
/// <param name="Possible">The same by all conversations: as good or better.</param>
/// <param name="Basis">Permitted or assumed where a hop of the way was not seen, else witnessed: a way in time.</param>
/// <param name="Hops">The way that <paramref name="Time"/> is proven by, made when asked for.</param>
public sealed record TimedRow(Asset Asset, Timestamp Time, Timestamp Possible, PathCertainty Certainty, PathBasis Basis,
    ImmutableArray<string> Because, Func<ImmutableArray<Hop>> Hops);

/// <param name="Rows">Best first: earliest arrival, or latest departure. The assets asked from are not among them.</param>
public sealed record TimedAnswer(ImmutableArray<TimedRow> Rows, CutOff CutOff, CoverageAnswer Coverage) : IDisposable
{
    public bool IsComplete => CutOff == CutOff.None;

    /// <summary>What the rows' hops are read from.</summary>
    internal TimedSearch? Search { private get; init; }

    /// <summary>When no hops are asked for any more: what was needed to find them serves the next question. Forgetting to costs only that.</summary>
    public void Dispose() => Search?.Dispose();
}

/// <summary>Span and rule of a question in time.</summary>
public sealed record TimedOptions
{
    public static readonly TimedOptions Default = new();

    /// <summary>The intruder stands on the source then: what starts before does not count.</summary>
    public Timestamp Since { get; init; } = Timestamp.Beginning;

    /// <summary>What arrives later does not count.</summary>
    public Timestamp Until { get; init; } = Timestamp.Never;

    /// <summary>A conversation that was open at the arrival may be used too; the arrival over it is the earliest it can be.</summary>
    public bool OpenSessions { get; init; }

    /// <summary>Results bound the rows, work the conversations looked at; hops are not bounded: the earliest way may be the longer one.</summary>
    public SearchBounds Bounds { get; init; } = SearchBounds.None;

    internal TimeRule Rule(Claim claim) =>
        new() { Claim = claim, OpenSessions = OpenSessions ? Paths.OpenSessions.Include : Paths.OpenSessions.Exclude, Since = Since, Until = Until };
}

/// <summary>Everything reachable from some assets, in the order of the earliest possible arrival.</summary>
public static class ReachQuery
{
    public static TimedAnswer Run(PathGraph graph, ImmutableArray<int> sources, TimedOptions? options = null, CancellationToken stop = default) =>
        TimedSearch.Run(graph, sources, options ?? TimedOptions.Default, Direction.Forward, stop);
}

/// <summary>Everything that reaches some assets, in the order of the latest possible departure.</summary>
public static class ExposedQuery
{
    public static TimedAnswer Run(PathGraph graph, ImmutableArray<int> targets, TimedOptions? options = null, CancellationToken stop = default) =>
        TimedSearch.Run(graph, targets, options ?? TimedOptions.Default, Direction.Backward, stop);
}
