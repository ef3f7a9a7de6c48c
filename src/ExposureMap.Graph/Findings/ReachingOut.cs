using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

internal sealed class ReachingOut : IFindingRule
{
    public string Id => "EM007";

    public string Title => "OT or metering reaches out";

    public string Why =>
        "What a plant machine asks for in the office network or outside, an intruder there can answer; and what runs inside can call home this way.";

    public string Remedy =>
        "Offer names, time, updates and files from a relay in the DMZ or inside, and block sessions opened from OT and metering to IT and the Internet.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-3 SR 5.2 RE 1", "NERC CIP-005-7 R1.3", "NIST SP 800-82r3 5.2.3"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        var breaches = context.Crossings
            .Where(one => one.LeavesField && one.To.Kind is SegmentKind.It or SegmentKind.External && context.Map.Record.Conduits[one.Row].IsUsable)
            .Select(one => DirectConduits.BreachOf(context, one));
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Segments, breaches))
        {
            yield return group.ToFinding(
                group.LeadConduit.PivotRank == PivotRank.None && group.Lead.To.Kind == SegmentKind.It ? Severity.Medium : Severity.High,
                $"{group.ActorDoes("opens", "open")} conversations with {group.VictimText} over {group.Services}",
                []);
        }
    }
}
