using System.Collections.Frozen;
using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>
/// What may pass between segments. Traffic inside one segment is nobody's business here. An empty policy means that the site declared none,
/// not that everything violates it: ask <see cref="IsDeclared"/> first.
/// </summary>
public sealed class SegmentPolicy
{
    public static readonly SegmentPolicy Undeclared = new([]);

    private readonly FrozenDictionary<(string From, string To), PolicyRule[]> _rules;

    public SegmentPolicy(IEnumerable<PolicyRule> rules)
    {
        Rules = [.. rules];
        _rules = Rules.GroupBy(rule => (rule.From, rule.To)).ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>As declared, in the order declared.</summary>
    public ImmutableArray<PolicyRule> Rules { get; }

    public bool IsDeclared => !Rules.IsEmpty;

    /// <summary>The first rule that permits this at that time, null when none does.</summary>
    public PolicyRule? Allowing(Segment from, Segment to, Service service, Timestamp at) =>
        Array.Find(RulesOf(from, to), rule => rule.Covers(service) && !rule.Until.HasPassed(at));

    /// <summary>The first rule that would permit this, had it not expired: the one to name when nothing allows.</summary>
    public PolicyRule? Lapsed(Segment from, Segment to, Service service, Timestamp at) =>
        Array.Find(RulesOf(from, to), rule => rule.Covers(service) && rule.Until.HasPassed(at));

    private PolicyRule[] RulesOf(Segment from, Segment to) => _rules.GetValueOrDefault((from.Name, to.Name), []);
}
