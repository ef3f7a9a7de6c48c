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
    public static ImmutableArray<Hop> HopsOf(PathGraph graph, IEnumerable<int> edges) => Fold(graph, [.. edges.Select(edge => (edge, ContactTable.NoContact))], null);

    /// <param name="since">When the intruder stands at the first.</param>
    public static ImmutableArray<Hop> HopsOf(PathGraph graph, IReadOnlyList<(int Edge, int Contact)> steps, Timestamp since) =>
        Fold(graph, steps, since == Timestamp.Beginning ? Timestamp.Never : since);

    private static ImmutableArray<Hop> Fold(PathGraph graph, IReadOnlyList<(int Edge, int Contact)> steps, Timestamp? since)
    {
        var hops = ImmutableArray.CreateBuilder<Hop>(steps.Count);
        var at = since ?? Timestamp.Never;
        Asset? pending = null;
        foreach (var (edge, contact) in steps)
        {
            ref readonly var one = ref graph.Edge(edge);
            var to = graph.Map.Assets[one.To];
            if (one.Class != EdgeClass.Member)
            {
                var hop = graph.HopOf(edge, contact, at);
                hops.Add(pending is null ? hop : hop with { From = pending });
                (pending, at) = (null, since is null ? at : hops[^1].Arrival);
            }
            else if (to.IsStandIn) pending = graph.Map.Assets[one.From];
            else if (pending is null && hops.Count > 0) hops[^1] = hops[^1] with { To = to };
            else
            {
                hops.Add(Inside(graph, pending ?? graph.Map.Assets[one.From], to, at));
                pending = null;
            }
        }

        if (pending is not null) hops.Add(Inside(graph, pending, graph.Map.Assets[graph.Edge(steps[^1].Edge).To], at));
        return hops.DrainToImmutable();
    }

    /// <summary>The policy says nothing of what passes inside one segment.</summary>
    private static Hop Inside(PathGraph graph, Asset from, Asset to, Timestamp at) =>
        new(from, to, Service.Wide("any"), null, PivotRank.Execute, graph.DirectionOf(EdgeClass.Member), at, at, new("", 0, 0, at, at));
}
