using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// By the service, not by what was done over it: field protocols that command are <see cref="EffectsFromOutside"/>'s. Only the DMZ is exempt:
/// whoever hops over a machine elsewhere makes it look like a jump host.
/// </summary>
internal sealed class RemoteAccess : IFindingRule
{
    public string Id => "EM012";

    public string Title => "Remote access to OT or metering past the jump host";

    public string Why => "A screen or a shell inside the plant, from a machine that is not watched as the jump host is.";

    public string Remedy =>
        "Let remote access begin only at a jump host in the DMZ, with its own accounts and a second factor, recorded; block it from everywhere else.";

    public ImmutableArray<string> Requirements => ["NERC CIP-005-7 R2.1", "IEC 62443-3-3 SR 1.13", "MITRE ATT&CK T0886"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Actor, Breaches(context)))
        {
            yield return group.ToFinding(
                group.Lead.From.Kind is SegmentKind.Management ? Severity.Medium : Severity.High,
                $"{group.ActorDoes("has", "have")} remote access to {group.VictimText} over {group.Services}, not through a jump host",
                []);
        }
    }

    private static IEnumerable<Breach> Breaches(FindingContext context)
    {
        foreach (var crossing in context.Crossings)
        {
            if (!crossing.EntersField || crossing.From.Kind == SegmentKind.Dmz || !context.Map.Record.Conduits[crossing.Row].IsUsable) continue;
            var conduit = new Conduit(context.Map, crossing.Row);
            if (context.Map.Settings.Pivot.Of(conduit.Service, default) < PivotRank.Interactive) continue;
            yield return DirectConduits.BreachOf(context, crossing);
        }
    }
}
