using QuikGraph;

namespace ExposureMap.Graph.Paths;

/// <summary>One edge as QuikGraph sees it. Equality is by <see cref="Id"/> (the position in the input), so parallel edges stay apart.</summary>
public readonly struct ReachEdge(int source, int target, int id) : IEdge<int>, IEquatable<ReachEdge>
{
    public int Source { get; } = source;

    public int Target { get; } = target;

    public int Id { get; } = id;

    public bool Equals(ReachEdge other) => Id == other.Id;

    public override bool Equals(object? obj) => obj is ReachEdge other && Equals(other);

    public override int GetHashCode() => Id;

    public override string ToString() => $"{Source} -> {Target} ({Id})";

    public static bool operator ==(ReachEdge left, ReachEdge right) => left.Equals(right);

    public static bool operator !=(ReachEdge left, ReachEdge right) => !left.Equals(right);
}
