using System.Collections.Immutable;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Hosting;

/// <summary>The map as everyone outside the pipeline sees it: one snapshot, the ways through it, and what is wrong in it.</summary>
internal sealed record PublishedMap(MapSnapshot Map, PathGraph Paths, ImmutableArray<Finding> Findings, DateTimeOffset At, TimeSpan BuildTime)
{
    private readonly Lazy<PathGraph> _permitted = new(() => Suppositions.GraphOf(Map, Supposition.Policy, Paths.Options));
    private readonly Lazy<PathGraph> _widened = new(() => Suppositions.GraphOf(Map, Supposition.Neighbours, Paths.Options));

    /// <summary>The baseline that its new paths are told against.</summary>
    public Baseline? Against { get; init; }

    /// <summary>Acceptances that answer for nothing.</summary>
    public ImmutableArray<AcceptanceWarning> Warnings { get; init; } = [];

    /// <summary>What tells new paths of a newer map, where making that takes long.</summary>
    public NewPathWatch? Watch { get; init; }

    /// <summary>Nothing was seen since: what was found in the map is still in it.</summary>
    public PublishedMap WatchedAs(MapRecord record, DateTimeOffset at)
    {
        var map = Map.WatchedAs(record);
        return new(map, Paths.Over(map), Findings, at, BuildTime) { Against = Against, Watch = Watch, Warnings = Warnings };
    }

    /// <summary>Those beyond what was observed are made when they are first asked for.</summary>
    public PathGraph PathsOf(Supposition supposition) =>
        supposition switch { Supposition.Policy => _permitted.Value, Supposition.Neighbours => _widened.Value, _ => Paths };
}

/// <summary>The latest published map. Null before the first one is out.</summary>
internal sealed class Publication(TimeProvider clock)
{
    private volatile PublishedMap? _current;
    private volatile string? _problem;

    public PublishedMap? Current
    {
        get => _current;
        set => _current = value;
    }

    public TimeSpan Age => _current is { } now ? clock.GetUtcNow() - now.At : TimeSpan.Zero;

    /// <summary>Why there is no newer one, or null.</summary>
    public string? Problem
    {
        get => _problem;
        set => _problem = value;
    }
}
