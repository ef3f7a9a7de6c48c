using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>Whose fetching of content counts as a way in against the session.</summary>
public enum PullScope : byte { Nobody, Field, Everybody }

/// <summary>What counts as a hop, and what it costs.</summary>
public sealed record PathOptions
{
    public static readonly PathOptions Default = new();

    public HopCosts Costs { get; init; } = HopCosts.Default;

    /// <summary>Services that give no control over their responder (name, time, logging) carry a path too.</summary>
    public bool IncludeNone { get; init; }

    /// <summary>What a conduit that nobody was seen to use rests on: <see cref="PathBasis.Assumed"/> or <see cref="PathBasis.Permitted"/>.</summary>
    public PathBasis Supposed { get; init; } = PathBasis.Assumed;

    /// <summary><see cref="PullScope.Field"/>: where an OT or metering asset fetches from another segment.</summary>
    public PullScope Pulls { get; init; } = PullScope.Field;
}
