using System.Collections.Immutable;

namespace ExposureMap.Graph.Paths;

/// <summary>Edges head to tail. A path without hops stays where it is: <see cref="Source"/> equals <see cref="Target"/>.</summary>
public sealed record EdgePath(int Source, int Target, ImmutableArray<ReachEdge> Hops, int Cost)
{
    public override string ToString() => string.Join(" -> ", Hops.Select(hop => hop.Target).Prepend(Source));
}
