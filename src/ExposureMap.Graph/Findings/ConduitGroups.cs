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
/// Puts breaches together so that three hundred alike are one finding. Where more than <see cref="Crowd.Most"/> machines of one segment do the same
/// to another, the segments are the news, not the machines; and where a segment does it to so many others, their kind is. A pair that the site
/// answers for stays apart, so that accepting it hides nothing else.
/// </summary>
internal sealed class ConduitGroups
{
    private const int Any = -1;

    private readonly FindingContext _context;
    private readonly IFindingRule _rule;
    private readonly Dictionary<Segment, int> _numbers = new(ReferenceEqualityComparer.Instance);

    private ConduitGroups(FindingContext context, IFindingRule rule) => (_context, _rule) = (context, rule);

    /// <summary>What the breaches of one finding have in common; segments by number, those of which the assets are named are any.</summary>
    private readonly record struct Alike(int Actor, int Victim, int From, int To, string Topic)
    {
        public bool IsAnswered => Victim != Any;
    }

    public static IEnumerable<ConduitGroup> Of(FindingContext context, IFindingRule rule, GroupBy by, IEnumerable<Breach> breaches) =>
        new ConduitGroups(context, rule).Of(by, [.. breaches]);

    private IEnumerable<ConduitGroup> Of(GroupBy by, List<Breach> breaches)
    {
        var crowds = by == GroupBy.Actor ? CrowdsIn(breaches) : [];
        var isAnswered = _context.Acceptances.Mentions(_rule.Id);
        var groups = new Dictionary<Alike, List<Breach>>();
        foreach (var breach in breaches)
        {
            var alike = AlikeOf(breach);
            Add(groups, isAnswered && IsAnswered(breach) ? new(breach.Actor, breach.Victim, Any, Any, breach.Topic) : alike, breach);
        }

        return Folded(groups).Select(group => (Key: KeyOf(group.Key, group.Value[0]), Breaches: group.Value))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ConduitGroup(_context, _rule, group.Key, group.Breaches));

        Alike AlikeOf(in Breach breach)
        {
            var (from, to) = (NumberOf(breach.From), NumberOf(breach.To));
            return by == GroupBy.Actor && !crowds.Contains((from, to))
                ? new(breach.Actor, Any, Any, to, breach.Topic)
                : new(Any, Any, from, to, breach.Topic);
        }
    }

    /// <summary>Pairs of segments between which too many machines do it for each to be told.</summary>
    private HashSet<(int From, int To)> CrowdsIn(List<Breach> breaches)
    {
        var actors = new Dictionary<(int, int), HashSet<int>>();
        foreach (var breach in breaches)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(actors, (NumberOf(breach.From), NumberOf(breach.To)), out _);
            known ??= [];
            if (known.Count <= Crowd.Most) known.Add(breach.Actor);
        }

        return [.. actors.Where(pair => pair.Value.Count > Crowd.Most).Select(pair => pair.Key)];
    }

    /// <summary>The same groups, but those of the loudest segments, which are one for each kind that they do it to.</summary>
    private Dictionary<Alike, List<Breach>> Folded(Dictionary<Alike, List<Breach>> groups)
    {
        if (groups.Count <= Crowd.Most) return groups;
        var folded = new Dictionary<Alike, List<Breach>>();
        foreach (var kinds in groups.GroupBy(group => (group.Value[0].From.Kind, group.Value[0].To.Kind)))
        {
            var loudest = Crowd.Loudest(kinds.Where(group => !group.Key.IsAnswered)
                .CountBy<KeyValuePair<Alike, List<Breach>>, Segment>(group => group.Value[0].From, ReferenceEqualityComparer.Instance));
            foreach (var (alike, breaches) in kinds)
            {
                var isLoud = !alike.IsAnswered && loudest.Contains(breaches[0].From);
                var key = isLoud ? new(Any, Any, NumberOf(breaches[0].From), OfKind(breaches[0].To.Kind), alike.Topic) : alike;
                if (!folded.TryAdd(key, breaches)) folded[key].AddRange(breaches);
            }
        }

        return folded;
    }

    /// <summary>In place of a segment's number, all of a kind.</summary>
    private static int OfKind(SegmentKind kind) => Any - 1 - (int)kind;

    private static void Add(Dictionary<Alike, List<Breach>> groups, Alike alike, in Breach breach)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, alike, out _);
        known ??= [];
        known.Add(breach);
    }

    private bool IsAnswered(in Breach breach) =>
        _context.Acceptances.For(_rule.Id, _context.Map.Assets[breach.Actor], _context.Map.Assets[breach.Victim]) is { From.Length: > 0 }
            or { To.Length: > 0 };

    private int NumberOf(Segment segment)
    {
        if (!_numbers.TryGetValue(segment, out var number)) _numbers.Add(segment, number = _numbers.Count);
        return number;
    }

    private string KeyOf(Alike alike, in Breach breach)
    {
        var actor = alike.Actor == Any ? FindingText.Key(breach.From.Name) : FindingText.Key(_context.Map.Assets[alike.Actor]);
        var victim = alike.To < Any
            ? breach.To.Kind.Word()
            : alike.Victim == Any
            ? FindingText.Key(breach.To.Name)
            : FindingText.Key(_context.Map.Assets[alike.Victim]);
        return $"{actor}-{victim}{(breach.Topic.Length == 0 ? "" : "-" + FindingText.Key(breach.Topic))}";
    }
}
