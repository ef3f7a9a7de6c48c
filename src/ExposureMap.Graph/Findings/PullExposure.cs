using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>Told from the server's side: who holds it holds what is fetched from it.</summary>
internal sealed class PullExposure : IFindingRule
{
    public string Id => "EM011";

    public string Title => "OT or metering fetches content from IT or the Internet";

    public string Why => "Whoever controls the server decides what the plant machines get: a poisoned update or file walks in past every firewall.";

    public string Remedy => "Serve files and updates from a relay in the DMZ that checks signatures, and take the direct way out.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-3 SR 3.2", "IEC 62443-3-3 SR 5.2", "NIST SP 800-82r3 5.2.3", "MITRE ATT&CK T0862"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Actor, Breaches(context)))
        {
            var isEncrypted = group.Conduits.All(conduit => conduit.Service.Speaks("ssl"));
            yield return group.ToFinding(
                isEncrypted ? Severity.Medium : Severity.High,
                $"{group.VictimDoes("fetches", "fetch")} from {group.ActorText} over {group.Services}: the way in runs against the session",
                isEncrypted ? ["may: encrypted, so that content was fetched is not seen"] : []);
        }
    }

    private static IEnumerable<Breach> Breaches(FindingContext context)
    {
        foreach (var crossing in context.Crossings)
        {
            if (!crossing.LeavesField || crossing.To.Kind is not (SegmentKind.It or SegmentKind.External)
                || !context.Map.Record.Conduits[crossing.Row].IsUsable)
                continue;
            var conduit = new Conduit(context.Map, crossing.Row);
            if (!PathEdges.IsPull(conduit.Service)) continue;
            yield return new(crossing.Row, conduit.To, conduit.From, crossing.To, crossing.From,
                (conduit.Service.Speaks("ssl") ? 0L : 1L << 40) | conduit.Conversations);
        }
    }
}
