using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Steps as hops for people. A step from a machine to what stands for its segment, or back to a machine, is no hop: it says who takes the next, or
/// whom the last one led to. Only where nothing lies between the two (neighbours in one segment) it is a hop of its own.
/// </summary>
internal static class HopFolding
{
    /// <summary>Hops of conduits, not bound to conversations.</summary>
    public static ImmutableArray<Hop> HopsOf(PathGraph graph, IEnumerable<int> edges) =>
        Fold(graph, [.. edges.Select(edge => (edge, default(ContactHop?)))]);

    /// <summary>Hops of a walk through time.</summary>
    public static ImmutableArray<Hop> HopsOf(PathGraph graph, IEnumerable<ContactHop> hops) =>
        Fold(graph, [.. hops.Select(hop => (hop.Edge.Id, (ContactHop?)hop))]);

    private static ImmutableArray<Hop> Fold(PathGraph graph, List<(int Edge, ContactHop? Taken)> steps)
    {
        var hops = ImmutableArray.CreateBuilder<Hop>(steps.Count);
        Asset? pending = null;
        foreach (var (edge, taken) in steps)
        {
            ref readonly var one = ref graph.Edge(edge);
            var to = graph.Map.Assets[one.To];
            if (one.Class != EdgeClass.Member)
            {
                var hop = taken is { } way ? graph.HopOf(way) : graph.HopOf(edge);
                hops.Add(pending is null ? hop : hop with { From = pending });
                pending = null;
            }
            else if (to.IsStandIn) pending = graph.Map.Assets[one.From];
            else if (pending is null && hops.Count > 0) hops[^1] = hops[^1] with { To = to };
            else
            {
                hops.Add(Inside(graph, one, pending ?? graph.Map.Assets[one.From], to, taken));
                pending = null;
            }
        }

        if (pending is not null && graph.Edge(steps[^1].Edge) is var last)
            hops.Add(Inside(graph, last, pending, graph.Map.Assets[last.To], steps[^1].Taken));
        return hops.DrainToImmutable();
    }

    /// <summary>The policy says nothing of what passes inside one segment.</summary>
    private static Hop Inside(PathGraph graph, in PathEdge member, Asset from, Asset to, ContactHop? taken)
    {
        var at = taken is { } way && way.Start != Timestamp.Beginning ? way.Start : Timestamp.Never;
        return new(from, to, Service.Wide("any"), null, PivotRank.Execute, graph.DirectionOf(member), at, at, new("", 0, 0, at, at));
    }
}
