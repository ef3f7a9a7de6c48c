using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

/// <summary>Conversations into OT or metering that came to nothing: one finding for each source, or for a crowd of them.</summary>
internal sealed class Probing : IFindingRule
{
    // protocols.md G6: a scanner asks for at least 20 machines or 15 ports.
    private const int ScannedMachines = 20;
    private const int ScannedPorts = 15;

    public string Id => "EM010";

    public string Title => "Probing of OT or metering";

    public string Why => "Somebody outside looks for ways in. That nothing answered shows the protection working; who asks is worth knowing.";

    public string Remedy =>
        "Find out what runs on the source. If it is a scanner of your own, keep it off the plant or accept the finding with its owner's name.";

    public ImmutableArray<string> Requirements => ["NERC CIP-005-7 R1.5", "IEC 62443-3-3 SR 6.2", "MITRE ATT&CK T0846"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        var breaches = context.Crossings.Where(one => one.EntersField).Select(one => BreachOf(context, one)).Where(breach => breach.Weight > 0);
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Actor, breaches))
        {
            var (attempted, rejected, blocked) = Sum(group);
            var (machines, services) = (group.Victims, group.Conduits.Select(conduit => conduit.Service).Distinct().Count());
            var isScan = machines >= ScannedMachines || services >= ScannedPorts;
            yield return group.ToFinding(
                isScan ? rejected > 0 ? Severity.High : Severity.Medium : rejected > 0 ? Severity.Medium : Severity.Low,
                $"{(isScan ? group.ActorDoes("scans", "scan") : group.ActorDoes("probes", "probe"))} {group.VictimText} on {FindingText.Count(services, "service", "services")}, in vain",
                [
                    string.Create(CultureInfo.InvariantCulture,
                        $"without answer {attempted}, rejected by the target {rejected}, blocked on the way {blocked}"),
                    $"asked for: {group.Services}",
                ]);
        }
    }

    private static Breach BreachOf(FindingContext context, Crossing crossing)
    {
        ref readonly var row = ref context.Map.Record.Conduits[crossing.Row];
        var failed = row.IsUsable ? 0L : row.Attempted + row.Rejected + row.Blocked;
        return new(crossing.Row, context.Map.AssetOfEndpoint(row.From), context.Map.AssetOfEndpoint(row.To), crossing.From, crossing.To, failed);
    }

    private static (long Attempted, long Rejected, long Blocked) Sum(ConduitGroup group)
    {
        var (attempted, rejected, blocked) = (0L, 0L, 0L);
        foreach (var conduit in group.Conduits)
        {
            attempted += conduit.Data.Attempted;
            rejected += conduit.Data.Rejected;
            blocked += conduit.Data.Blocked;
        }

        return (attempted, rejected, blocked);
    }
}
