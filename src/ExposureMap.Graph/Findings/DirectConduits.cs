using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>Conversations straight from one kind of segment into another: one finding for each host that opens them.</summary>
internal static class DirectConduits
{
    public static IEnumerable<Finding> Of(FindingContext context, IFindingRule rule, SegmentKind from, SegmentKind to)
    {
        var breaches = context.Crossings
            .Where(crossing => crossing.From.Kind == from && crossing.To.Kind == to && context.Map.Record.Conduits[crossing.Row].IsUsable)
            .Select(crossing => BreachOf(context, crossing));
        foreach (var group in ConduitGroups.Of(context, rule, GroupBy.Actor, breaches))
        {
            var rank = group.LeadConduit.PivotRank;
            yield return group.ToFinding(
                SeverityOf(rank),
                $"{group.ActorDoes("talks", "talk")} straight to {group.VictimText} over {group.Services}, with no DMZ between",
                [$"strongest service: {FindingText.Service(group.LeadConduit.Service)}, which gives {rank.Word()} over its responder"]);
        }
    }

    /// <summary>The pivot rank weighs most, then how often it happened.</summary>
    public static Breach BreachOf(FindingContext context, Crossing crossing)
    {
        var conduit = new Map.Conduit(context.Map, crossing.Row);
        return new(crossing.Row, conduit.From, conduit.To, crossing.From, crossing.To, (long)conduit.PivotRank << 40 | conduit.Conversations);
    }

    private static Severity SeverityOf(PivotRank rank) => rank switch
    {
        PivotRank.None => Severity.Medium,
        PivotRank.Execute or PivotRank.Interactive => Severity.Critical,
        _ => Severity.High,
    };
}
