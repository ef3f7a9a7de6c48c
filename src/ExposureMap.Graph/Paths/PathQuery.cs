using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>Which paths are asked for.</summary>
public sealed record PathQuery
{
    /// <summary>Paths of which more may be tried when only those that hold in time are wanted.</summary>
    private const int TriesPerPath = 8;

    public required ImmutableArray<int> From { get; init; }

    public required ImmutableArray<int> To { get; init; }

    /// <summary>Every path passes one of them; none asked for when default.</summary>
    public ImmutableArray<int> Via { get; init; }

    public ImmutableArray<int> Avoid { get; init; } = [];

    public Timestamp Since { get; init; } = Timestamp.Beginning;

    public Timestamp Until { get; init; } = Timestamp.Never;

    /// <summary>The last hop was seen to have at least this effect; null for any.</summary>
    public Effect? Grade { get; init; }

    public int MaxHops { get; init; } = int.MaxValue;

    public int Count { get; init; } = 10;

    /// <summary>Only paths that hold in time.</summary>
    public bool WitnessedOnly { get; init; }

    public bool OpenSessions { get; init; }

    public long MaxWork { get; init; } = long.MaxValue;

    /// <summary>Ranked: cheapest first, of equals those that hold in time, then the certain ones.</summary>
    public PathAnswer Run(PathGraph graph, CancellationToken stop = default)
    {
        var search = new PathSearch(graph, this, stop);
        var paths = search.Cheapest(WitnessedOnly ? Math.Min(int.MaxValue / TriesPerPath, Count) * TriesPerPath : Count);
        if (WitnessedOnly) paths = search.WithEarliest(paths.Where(path => path.IsWitnessed));
        var ranked = paths.OrderBy(path => path.Cost).ThenByDescending(path => path.IsWitnessed).ThenByDescending(path => path.Certainty)
            .ThenBy(path => path.Hops.Length).Take(Count).ToImmutableArray();
        var coverage = CoverageAnswer.Of(graph, ranked.IsEmpty, Since, Until, search.CutOff, From, To);
        return new(ranked, search.CutOff, coverage);
    }
}

/// <param name="CutOff">Results: there are more paths than asked for.</param>
public sealed record PathAnswer(ImmutableArray<AssetPath> Paths, CutOff CutOff, CoverageAnswer Coverage)
{
    public bool IsComplete => CutOff == CutOff.None;
}
