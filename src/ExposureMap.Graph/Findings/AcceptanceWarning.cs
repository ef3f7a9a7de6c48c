using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>An acceptance that answers for nothing (any more), which its owner should hear of.</summary>
/// <param name="IsLapsed">Its day has passed; otherwise it matches no finding.</param>
public sealed record AcceptanceWarning(AcceptedFinding Accepted, bool IsLapsed)
{
    /// <param name="findings">All findings of the map, with what was accepted of them.</param>
    public static ImmutableArray<AcceptanceWarning> Of(MapSnapshot map, IEnumerable<AcceptedFinding> accepted, IEnumerable<Finding> findings)
    {
        var now = Acceptances.LastMoment(map);
        var used = findings.Select(finding => finding.Accepted).OfType<AcceptedFinding>().ToHashSet();
        var told = FindingCatalog.Urgent.Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);      // only where there is a baseline
        return
        [
            .. accepted.Where(one => one.Until.HasPassed(now)).Select(one => new AcceptanceWarning(one, IsLapsed: true)),
            .. accepted.Where(one => !map.Watched.Last.IsNever && !one.Until.HasPassed(now) && !used.Contains(one) && !told.Contains(one.Rule))
                .Select(one => new AcceptanceWarning(one, IsLapsed: false)),
        ];
    }

    public override string ToString()
    {
        var path = Accepted.From.Length + Accepted.To.Length == 0 ? "" : $" {Accepted.From} -> {Accepted.To}";
        var what = IsLapsed
            ? $"lapsed, it ran until {Accepted.Until}: what it answered for counts again"
            : "matches no finding: take it out, or correct its path";
        return $"the acceptance of {Accepted.Rule}{path} ({Accepted.Because}) {what}";
    }
}
