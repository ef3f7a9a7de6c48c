using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

/// <summary>Also where the field asset opened the session itself and was commanded over it.</summary>
internal sealed class EffectsFromOutside : IFindingRule
{
    public string Id => "EM005";

    public string Title => "Commands to OT or metering from outside";

    public string Why => "A machine outside the plant changed, controlled or reprogrammed one inside. This is no longer about what could happen.";

    public string Remedy =>
        "Check with the operators whether this was meant. Allow writing, control, programming and administration only from the control room's own segment.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-3 SR 2.1", "IEC 62443-3-3 SR 5.2", "NERC CIP-005-7 R1.3", "MITRE ATT&CK T0855"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        foreach (var group in ConduitGroups.Of(context, this, GroupBy.Actor, Breaches(context)))
        {
            var operations = group.Conduits.SelectMany(conduit => conduit.Operations)
                .Where(one => FindingText.IsGrave(one.Operation.Effect)).ToList();
            yield return group.ToFinding(SeverityOf(operations), TitleOf(group, operations), DetailsOf(group));
        }
    }

    private static IEnumerable<Breach> Breaches(FindingContext context)
    {
        foreach (var crossing in context.Crossings)
        {
            if (!crossing.EntersField && !crossing.LeavesField || context.Map.Record.Conduits[crossing.Row].Effects < 0) continue;
            var conduit = new Conduit(context.Map, crossing.Row);
            if (crossing.EntersField && WeightOf(conduit.Effects) is var done and > 0)
                yield return new(crossing.Row, conduit.From, conduit.To, crossing.From, crossing.To, done);
            if (crossing.LeavesField && WeightOf(conduit.BackwardEffects) is var commanded and > 0)
                yield return new(crossing.Row, conduit.To, conduit.From, crossing.To, crossing.From, commanded);
        }

        long WeightOf(EffectTally effects) =>
            effects.Strongest is { } strongest && FindingText.IsGrave(strongest) ? (long)strongest << 40 | effects[strongest] : 0;
    }

    /// <summary>
    /// Protocols.md F: critical when the device said yes; one step less when that is not known; refusals show the protection working.
    /// </summary>
    private static Severity SeverityOf(List<ConduitOperation> operations)
    {
        if (operations.Exists(one => one.Operation.Accepted == true)) return Severity.Critical;
        return operations.Count > 0 && operations.TrueForAll(one => one.Operation.Accepted == false) ? Severity.Medium : Severity.High;
    }

    private static string TitleOf(ConduitGroup group, List<ConduitOperation> operations)
    {
        var gravest = (Effect)(group.Lead.Weight >> 40);
        var done = operations.Exists(one => FindingText.IsDisconnect(one.Operation))
            ? group.ActorDoes("sends remote disconnects to", "send remote disconnects to")
            : gravest switch
            {
                Effect.Program => group.ActorDoes("programs", "program"),
                Effect.Control => group.ActorDoes("controls", "control"),
                Effect.Write => group.ActorDoes("writes to", "write to"),
                _ => group.ActorDoes("administers", "administer"),
            };
        return $"{done} {group.VictimText} over {group.Services}";
    }

    private static IEnumerable<string> DetailsOf(ConduitGroup group)
    {
        var counted = default(EffectTally);
        foreach (var breach in group.Breaches)
        {
            var conduit = new Conduit(group.LeadConduit.Map, breach.Row);
            counted.Add(conduit.From == breach.Actor ? conduit.Effects : conduit.BackwardEffects);
        }

        var words = Enum.GetValues<Effect>().Reverse().Where(effect => FindingText.IsGrave(effect) && counted[effect] > 0);
        yield return "messages: "
            + string.Join(", ",
                words.Select(effect => $"{effect.Word()} {counted[effect].ToString(System.Globalization.CultureInfo.InvariantCulture)}"));
        foreach (var line in FindingLines.Gravest(group.Conduits)) yield return line;
    }
}
