using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>What breaches of a rule are put together by.</summary>
internal enum GroupBy : byte
{
    /// <summary>Who does it, and the segment it is done to.</summary>
    Actor,

    /// <summary>The two segments.</summary>
    Segments,
}

/// <summary>
/// Puts breaches together so that three hundred alike are one finding. Where more than <see cref="Crowd"/> machines of one segment do the same to
/// another, the segments are the news, not the machines. A pair that the site answers for stays apart, so that accepting it hides nothing else.
/// </summary>
internal static class ConduitGroups
{
    public const int Crowd = 25;

    public static IEnumerable<ConduitGroup> Of(FindingContext context, IFindingRule rule, GroupBy by, IEnumerable<Breach> breaches)
    {
        var all = breaches.ToList();
        var actors = new Dictionary<(Segment, Segment), HashSet<int>>();
        foreach (var breach in all)
        {
            if (!actors.TryGetValue((breach.From, breach.To), out var known)) actors.Add((breach.From, breach.To), known = []);
            if (known.Count <= Crowd) known.Add(breach.Actor);
        }

        return all.GroupBy(KeyOf, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ConduitGroup(context, rule, group.Key, [.. group]));

        string KeyOf(Breach breach)
        {
            var (actor, victim) = (context.Map.Assets[breach.Actor], context.Map.Assets[breach.Victim]);
            var topic = breach.Topic.Length == 0 ? "" : "-" + FindingText.Key(breach.Topic);
            if (context.Acceptances.For(rule.Id, actor, victim) is { From.Length: > 0 } or { To.Length: > 0 }) return $"{FindingText.Key(actor)}-{FindingText.Key(victim)}{topic}";
            var isOne = by == GroupBy.Actor && actors[(breach.From, breach.To)].Count <= Crowd;
            return $"{(isOne ? FindingText.Key(actor) : FindingText.Key(breach.From.Name))}-{FindingText.Key(breach.To.Name)}{topic}";
        }
    }
}
