using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Conduits that the baseline does not have and that lie on a way from IT into OT or metering: with each of them, a path is new. Steps from one IT
/// host to another are none: the intruder is supposed to hold all of IT. One forward and one backward search, whatever their number.
/// </summary>
internal sealed class NewPaths : IFindingRule
{
    public string Id => "EM015";

    public string Title => "Path that the baseline does not have";

    public string Why =>
        "Control networks hardly change. A way into them that was not there when the baseline was set is a change nobody told of, or an intruder on the move.";

    public string Remedy =>
        "Ask who opened it. If it is wanted, set the baseline anew (exposuremap baseline set); if not, cut it (exposuremap cut) and look where it came from (exposuremap exposed).";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-3 SR 6.2", "NERC CIP-007-6 R4", "NIST SP 800-82r3 6.2.7"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        if (context.Baseline is not { } baseline) yield break;
        var paths = context.Paths;
        var edges = new Dictionary<int, int>();
        foreach (var edge in context.NewEdges)
            if (!edges.TryAdd(paths.Edge(edge).Row, edge) && paths.Edge(edge).Class == EdgeClass.Session) edges[paths.Edge(edge).Row] = edge;

        var groups = ConduitGroups.Of(context, this, GroupBy.Actor, edges.Values.Select(edge => BreachOf(paths, edge)))
            .Select(group => (Group: group, Way: WayOver(context, edges[group.Lead.Row]))).ToList();
        paths.Seek(groups.SelectMany(one => one.Way));
        foreach (var (group, way) in groups) yield return Made(group, Witness.Of(paths, way, new()), baseline);
    }

    /// <summary>Those of <see cref="FindingContext.NewEdges"/>, in ascending order.</summary>
    internal static IEnumerable<int> EdgesOf(FindingContext context)
    {
        var (paths, it, toField) = (context.Paths, context.ItReach, context.ToField);
        foreach (var edge in context.Suspects?.Order() ?? Enumerable.Range(0, paths.Graph.EdgeCount))
        {
            var one = paths.Edge(edge);
            if (one.IsTimeless || it.IsSource[one.To] || !it.Cheapest.Contains(one.From) || !toField.Contains(one.To)
                || paths.Gone?.IsEdgeDisabled(edge) == true)
                continue;
            if (context.Baseline?.Knows(paths.Map, one.Row) == false) yield return edge;
        }
    }

    private static Breach BreachOf(PathGraph paths, int edge)
    {
        var (one, conduit) = (paths.Edge(edge), new Conduit(paths.Map, paths.Edge(edge).Row));
        var isForward = conduit.From == one.From;
        var (from, to) = isForward ? (conduit.FromSegment, conduit.ToSegment) : (conduit.ToSegment, conduit.FromSegment);
        return new(one.Row, one.From, one.To, from, to,
            (to.Kind.IsField() && from != to ? 1L << 48 : 0) | (long)one.Rank << 40 | conduit.Conversations);
    }

    /// <summary>The easiest way that uses it.</summary>
    private static List<int> WayOver(FindingContext context, int edge)
    {
        var one = context.Paths.Edge(edge);
        return [.. context.ItReach.Cheapest.PathTo(one.From)!.Hops.Select(hop => hop.Id), edge,
            .. context.ToField.PathTo(one.To)!.Hops.Select(hop => hop.Id)];
    }

    private static Finding Made(ConduitGroup group, AssetPath way, Baseline baseline)
    {
        var (crosses, field) = (group.Lead.From != group.Lead.To, way.To.Segment);
        var severity = !crosses ? Severity.Low : group.Lead.To.Kind.IsField() ? Severity.High : Severity.Medium;
        var finding = group.ToFinding(
            severity,
            $"New against baseline {baseline.Name}: {group.ActorText} to {group.VictimText} over {group.Services}, on a way from IT into {FindingText.Kind(field.Kind)}",
            [
                $"the way over it: {way.From.Label} to {way.To.Label} of {field} over {FindingText.Services(way.Hops)}{(way.IsWitnessed ? "" : "; exists, not witnessed in that order")}",
                $"new conduits: {group.Breaches.Length}",
            ]);
        return finding with { Hops = way.Hops, Evidence = [.. finding.Evidence.Concat(way.Hops.Select(hop => hop.Evidence)).Distinct()] };
    }
}
