using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>All rules, by id. A new rule is a new file and a line here.</summary>
public static class FindingCatalog
{
    public static ImmutableArray<IFindingRule> Rules { get; } =
    [
        new ItReachesMetering(), new ItReachesOt(), new ItToOt(), new ItToMetering(), new EffectsFromOutside(),
        new ExternalContact(), new ReachingOut(), new OutsidePolicy(), new DualHomed(), new Probing(), new PullExposure(), new RemoteAccess(),
        new ClearText(), new EngineeringByOthers(), new NewPaths(), new OutOfRole(),
    ];

    /// <summary>News that nobody should wait for until all rules were asked.</summary>
    public static ImmutableArray<IFindingRule> Urgent { get; } = [.. Rules.OfType<NewPaths>()];

    /// <summary>Null for an id that no rule has.</summary>
    public static IFindingRule? Find(string id) => Rules.FirstOrDefault(rule => rule.Id == id);

    /// <summary>
    /// All findings of a map, those nobody answers for first, the worst of them first, closed ones at the end; the same map gives the same findings
    /// in the same order.
    /// </summary>
    /// <param name="paths">The path graph of the map, when there is one already.</param>
    public static ImmutableArray<Finding> Evaluate(
        MapSnapshot map, IEnumerable<AcceptedFinding>? accepted = null, PathGraph? paths = null, CancellationToken stop = default) =>
        Evaluate(new FindingContext(map, accepted, paths, stop));

    public static ImmutableArray<Finding> Evaluate(FindingContext context) => Evaluate(context, Rules);

    /// <summary>Those of some rules only.</summary>
    public static ImmutableArray<Finding> Evaluate(FindingContext context, ImmutableArray<IFindingRule> rules)
    {
        var findings = new List<Finding>();
        foreach (var rule in rules)
        {
            context.Stop.ThrowIfCancellationRequested();
            findings.AddRange(rule.Evaluate(context));
        }

        var now = context.Map.Watched.Last;
        return WorstFirst(findings.Select(finding => IsGuess(finding) ? Soften(finding) : finding)
            .Select(finding => ClosedAt(finding, now, context.Age) is { } closed ? finding with { Closed = closed } : finding));
    }

    /// <summary>Those nobody answers for first, the worst of them first, closed ones at the end.</summary>
    public static ImmutableArray<Finding> WorstFirst(IEnumerable<Finding> findings) =>
    [
        .. findings.OrderBy(finding => finding.Closed is not null).ThenBy(finding => finding.Accepted is not null)
            .ThenByDescending(finding => finding.Severity)
            .ThenBy(finding => finding.Id, StringComparer.Ordinal),
    ];

    /// <summary>When its path had not been seen for the age limit, by the time that was watched; null while that is less.</summary>
    private static Timestamp? ClosedAt(Finding finding, Timestamp now, TimeSpan age)
    {
        var seen = finding.Walkable ?? finding.LastSeen;
        return age == TimeSpan.MaxValue || now.IsNever || seen.IsNever || now <= seen || now - seen <= age ? null : seen + age;
    }

    /// <summary>Between which segments it is: those of the addresses that were used, not of the machines, which may have others too.</summary>
    private static IEnumerable<Segment> SegmentsOf(Finding finding)
    {
        if (finding.Hops is not [{ Conduit: { } first } start, ..] || finding.Hops[^1] is not { Conduit: { } last } end)
            return finding.From.Segments.Concat(finding.To.Segments).Where(segment => segment != SegmentTable.Unknown)
                .DefaultIfEmpty(finding.From.Segment);
        return [start.Direction == HopDirection.Pull ? first.ToSegment : first.FromSegment,
            end.Direction == HopDirection.Pull ? last.FromSegment : last.ToSegment];
    }

    private static bool IsGuess(Finding finding) => finding.From.Segment.Inferred || finding.To.Segment.Inferred;

    /// <summary>What rests on guessed borders is not critical, and between parts of one network it is not more than medium.</summary>
    private static Finding Soften(Finding finding)
    {
        var isOneNetwork = SegmentsOf(finding).Select(segment => segment.Network).Distinct(StringComparer.Ordinal).Count() == 1;
        var most = isOneNetwork ? Severity.Medium : Severity.High;
        return finding with
        {
            Severity = finding.Severity > most ? most : finding.Severity,
            Details = finding.Details.Add(isOneNetwork
                ? "the segments are inferred, both in one network: whether a border should be here is for the site to say"
                : "the segments are inferred: declare them to be sure"),
        };
    }
}
