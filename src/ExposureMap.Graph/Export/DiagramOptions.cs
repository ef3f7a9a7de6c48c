using System.Collections.Immutable;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Graph.Export;

/// <summary>How much of a map a diagram shows: all of it, its segments alone, or the given paths alone.</summary>
public enum DiagramScope : byte { Map, Segments, Paths }

/// <summary>What to draw, and how finely.</summary>
public sealed record DiagramOptions
{
    /// <summary>More boxes, or links between them, than these are no longer taken in at a glance.</summary>
    public const int DefaultMaximumNodes = 20;

    /// <summary>For <see cref="Expand"/>: every segment.</summary>
    public const string All = "all";

    public static readonly DiagramOptions Default = new();

    public string Title { get; init; } = "";

    public DiagramScope Scope { get; init; }

    /// <summary>A map of more machines, or of more links, is folded: first machines that do the same, then whole segments.</summary>
    public int MaximumNodes { get; init; } = DefaultMaximumNodes;

    /// <summary>Names of segments whose machines are drawn one by one although the map is folded.</summary>
    public ImmutableArray<string> Expand { get; init; } = [];

    /// <summary>Drawn over the map; their machines are never folded.</summary>
    public ImmutableArray<ImmutableArray<Hop>> Paths { get; init; } = [];

    internal bool IsWhole => Scope == DiagramScope.Map && Expand.Contains(All);

    internal bool IsExpanded(string segment) => Expand.Contains(All) || Expand.Contains(segment);
}
