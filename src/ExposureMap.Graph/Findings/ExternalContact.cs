using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>Whoever opened it: an outward session carries commands back in.</summary>
internal sealed class ExternalContact : IFindingRule
{
    public string Id => "EM006";

    public string Title => "OT or metering and the Internet talk";

    public string Why => "Anyone in the world may be at the other end. Plant machines are not made to withstand that.";

    public string Remedy => "Block it at the border in both directions; let updates and remote support come through servers in the DMZ.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-2 ZCR 3.6", "NERC CIP-005-7 R1.3", "MITRE ATT&CK T0883"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        var breaches = context.Crossings
            .Where(one => context.Map.Record.Conduits[one.Row].IsUsable
                && (one.EntersField && one.From.Kind == SegmentKind.External || one.LeavesField && one.To.Kind == SegmentKind.External))
            .Select(one => DirectConduits.BreachOf(context, one));
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Segments, breaches))
        {
            var isInward = group.Lead.To.Kind.IsField();
            yield return group.ToFinding(
                group.LeadConduit.PivotRank == PivotRank.None ? Severity.High : Severity.Critical,
                isInward
                    ? $"{group.ActorDoes("gets", "get")} through from the Internet to {group.VictimText} over {group.Services}"
                    : $"{group.ActorDoes("talks", "talk")} out to the Internet, to {group.VictimText}, over {group.Services}",
                []);
        }
    }
}
