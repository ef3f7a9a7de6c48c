using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>Only where the site declared a policy, and only what got through: what was turned away did not break it.</summary>
internal sealed class OutsidePolicy : IFindingRule
{
    private const string LapsedTopic = "lapsed";

    public string Id => "EM008";

    public string Title => "Conduit outside the policy";

    public string Why =>
        "The site said what may pass between its segments. This passed although nothing allows it: a firewall does not do what the policy says, or the policy is out of date.";

    public string Remedy => "Close it at the firewall, or add a rule with its reason, owner and end to the policy (exposuremap policy suggest).";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-3 SR 5.2 RE 1", "NERC CIP-005-7 R1.3"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        var policy = context.Map.Settings.Policy;
        if (!policy.IsDeclared) yield break;
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Segments, Breaches(context, policy)))
        {
            var (from, to) = (group.Lead.From, group.Lead.To);
            var lapsed = group.Lead.Topic.Length > 0 ? policy.Lapsed(from, to, group.LeadConduit.Service, group.LeadConduit.LastSeen) : null;
            yield return group.ToFinding(
                SeverityOf(group),
                lapsed is null
                    ? $"No rule lets {from} talk to {group.VictimSegmentText} over {group.Services}"
                    : $"The rule that let {from} talk to {group.VictimSegmentText} over {group.Services} ended on {lapsed.Until}",
                lapsed is null ? [$"conduits: {group.Breaches.Length}"] : [$"lapsed rule: {lapsed}", $"conduits: {group.Breaches.Length}"]);
        }
    }

    private static IEnumerable<Breach> Breaches(FindingContext context, SegmentPolicy policy)
    {
        foreach (var crossing in context.Crossings)
        {
            if (!context.Map.Record.Conduits[crossing.Row].IsUsable) continue;
            var conduit = new Conduit(context.Map, crossing.Row);
            var (service, at) = (conduit.Service, conduit.LastSeen);
            if (policy.Allowing(crossing.From, crossing.To, service, at) is not null) continue;
            var topic = policy.Lapsed(crossing.From, crossing.To, service, at) is null ? "" : LapsedTopic;
            yield return DirectConduits.BreachOf(context, crossing) with { Topic = topic };
        }
    }

    private static Severity SeverityOf(ConduitGroup group)
    {
        if (group.Lead.To.Kind.IsField() || group.Lead.From.Kind.IsField()) return Severity.High;
        return group.LeadConduit.PivotRank == PivotRank.None ? Severity.Low : Severity.Medium;
    }
}
