using System.Runtime.InteropServices;
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

    private const int Any = -1;

    /// <summary>What the breaches of one finding have in common; segments by number, those of which the assets are named are any.</summary>
    private readonly record struct Alike(int Actor, int Victim, int From, int To, string Topic);

    public static IEnumerable<ConduitGroup> Of(FindingContext context, IFindingRule rule, GroupBy by, IEnumerable<Breach> breaches)
    {
        var all = breaches.ToList();
        var actors = new Dictionary<(int, int), HashSet<int>>();
        var numbers = new Dictionary<Segment, int>(ReferenceEqualityComparer.Instance);
        foreach (var breach in all)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(actors, (NumberOf(breach.From), NumberOf(breach.To)), out _);
            known ??= [];
            if (known.Count <= Crowd) known.Add(breach.Actor);
        }

        var isAnswered = context.Acceptances.Mentions(rule.Id);
        return all.GroupBy(AlikeOf).Select(alike => (Key: KeyOf(alike.First(), alike.Key), Breaches: alike)).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ConduitGroup(context, rule, group.Key, group.Breaches));

        int NumberOf(Segment segment)
        {
            if (!numbers.TryGetValue(segment, out var number)) numbers.Add(segment, number = numbers.Count);
            return number;
        }

        Alike AlikeOf(Breach breach)
        {
            var (from, to) = (NumberOf(breach.From), NumberOf(breach.To));
            if (isAnswered && context.Acceptances.For(rule.Id, context.Map.Assets[breach.Actor], context.Map.Assets[breach.Victim]) is { From.Length: > 0 } or { To.Length: > 0 })
                return new(breach.Actor, breach.Victim, Any, Any, breach.Topic);
            return by == GroupBy.Actor && actors[(from, to)].Count <= Crowd ? new(breach.Actor, Any, Any, to, breach.Topic) : new(Any, Any, from, to, breach.Topic);
        }

        string KeyOf(Breach breach, Alike alike)
        {
            var actor = alike.Actor == Any ? FindingText.Key(breach.From.Name) : FindingText.Key(context.Map.Assets[alike.Actor]);
            var victim = alike.Victim == Any ? FindingText.Key(breach.To.Name) : FindingText.Key(context.Map.Assets[alike.Victim]);
            return $"{actor}-{victim}{(breach.Topic.Length == 0 ? "" : "-" + FindingText.Key(breach.Topic))}";
        }
    }
}
