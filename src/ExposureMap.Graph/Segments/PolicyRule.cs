using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>One permission: these services from one segment, by name, to another.</summary>
public sealed record PolicyRule(string From, string To, ImmutableArray<ServiceMatch> Services)
{
    public string Because { get; init; } = "";

    public string Owner { get; init; } = "";

    public Until Until { get; init; } = Until.Never;

    public bool Covers(Service service)
    {
        foreach (var match in Services) if (match.Matches(service)) return true;
        return false;
    }

    public override string ToString() => $"{From} -> {To}: {string.Join(", ", Services)}";
}
