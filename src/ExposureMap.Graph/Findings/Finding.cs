using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

public enum Severity : byte { Info, Low, Medium, High, Critical }

public static class SeverityWords
{
    private static readonly string[] Words = ["info", "low", "medium", "high", "critical"];

    public static string Word(this Severity severity) => Words[(int)severity];

    public static bool TryParse(string word, out Severity severity)
    {
        var index = Array.IndexOf(Words, word);
        severity = (Severity)Math.Max(index, 0);
        return index >= 0;
    }
}

/// <summary>A path or a condition that breaks a rule.</summary>
public sealed record Finding
{
    /// <summary>Rule and what it is about, stable over runs: <c>EM001-10.10.4.20-metering</c>, <c>EM003-10.10.4.20-substation-7</c>.</summary>
    public required string Id { get; init; }

    public required IFindingRule Rule { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>One sentence that names who, what and how it is known.</summary>
    public required string Title { get; init; }

    public required Asset From { get; init; }

    /// <summary>The same as <see cref="From"/> for a finding about one asset.</summary>
    public required Asset To { get; init; }

    public ImmutableArray<Hop> Hops { get; init; } = [];

    public required ImmutableArray<Evidence> Evidence { get; init; }

    /// <summary>Lines that tell more: grave messages with their frames, other ends, what is uncertain.</summary>
    public ImmutableArray<string> Details { get; init; } = [];

    public required Timestamp FirstSeen { get; init; }

    public required Timestamp LastSeen { get; init; }

    /// <summary>When a path was last seen whole: the last use of its rarest part. Null where <see cref="LastSeen"/> says it.</summary>
    public Timestamp? Walkable { get; init; }

    /// <summary>Who answers for it and until when, when the configuration accepts it.</summary>
    public AcceptedFinding? Accepted { get; init; }

    /// <summary>When its path had not been seen for its age limit, or was no longer found; null while it is open.</summary>
    public Timestamp? Closed { get; init; }

    /// <summary>Without the conduits, which are of one map and would keep all of it in memory.</summary>
    public Finding Detached() => this with { Hops = [.. Hops.Select(hop => hop with { Conduit = null })] };
}
