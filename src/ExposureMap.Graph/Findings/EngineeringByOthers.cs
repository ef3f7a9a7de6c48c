using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Inside the field only; from outside it is <see cref="EffectsFromOutside"/>'s. Whoever programs is taken for an engineering workstation, so
/// only those are named that have another trade which never programs, and have not said themselves that they do.
/// </summary>
internal sealed class EngineeringByOthers : IFindingRule
{
    private static readonly ImmutableArray<string> Others = ["controller", "ied", "meter", "domain-controller", "jump-host", "scanner"];

    public string Id => "EM014";

    public string Title => "Programming by a machine that is no engineering workstation";

    public string Why =>
        "Programs and settings of controllers come from few machines. When an operator's screen or another device does it, someone may be using it to hide.";

    public string Remedy =>
        "Ask who did it and why. Let controllers take programs only from the engineering workstations, by key switch, password or firewall.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-3 SR 2.1", "IEC 62443-3-3 SR 3.4", "MITRE ATT&CK T0843"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Actor, Breaches(context)))
        {
            yield return group.ToFinding(
                Severity.High,
                $"{group.ActorDoes("programs", "program")} {group.VictimText} over {group.Services}, but is {FindingText.List(group.Actor.Roles.Where(IsOther).Select(role => "a " + role.Name))}",
                FindingLines.Gravest(group.Conduits));
        }
    }

    private static bool IsOther(AssetRole role) => Others.Contains(role.Name, StringComparer.Ordinal);

    private static IEnumerable<Breach> Breaches(FindingContext context)
    {
        var map = context.Map;
        for (var row = 0; row < map.Record.Conduits.Count; row++)
        {
            if (map.Record.Conduits[row].Effects < 0 || !map.Record.Conduits[row].IsUsable) continue;
            var conduit = new Conduit(map, row);
            var programs = conduit.Effects[Effect.Program];
            if (programs == 0 || conduit.From < 0 || conduit.To < 0 || !conduit.FromSegment.Kind.IsField() || !conduit.ToSegment.Kind.IsField())
                continue;
            var roles = map.Assets[conduit.From].Roles;
            if (!roles.Any(IsOther)
                || roles.Any(role =>
                    role.Name == "engineering-workstation" && role.Because.Any(because => because.StartsWith("says so", StringComparison.Ordinal))))
                continue;
            yield return new(row, conduit.From, conduit.To, conduit.FromSegment, conduit.ToSegment, programs);
        }
    }
}
