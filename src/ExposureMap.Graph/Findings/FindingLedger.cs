using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Keeps the findings that a map no longer has, because what they rest on has expired or was judged anew: closed, not deleted. One that is found
/// again is open again.
/// </summary>
public sealed class FindingLedger
{
    /// <summary>Of those no longer found; the longest closed are forgotten beyond that.</summary>
    public const int MostGone = 1000;

    private Dictionary<string, Finding> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Finding> _gone = new(StringComparer.Ordinal);

    /// <summary>What was found in the newest map, as it is, and behind it what earlier ones had.</summary>
    public ImmutableArray<Finding> Reconcile(ImmutableArray<Finding> found, Timestamp now)
    {
        var current = found.DistinctBy(finding => finding.Id).ToDictionary(finding => finding.Id, StringComparer.Ordinal);
        foreach (var id in current.Keys) _gone.Remove(id);
        foreach (var (id, finding) in _found)
            if (!current.ContainsKey(id)) _gone[id] = finding.Detached() with { Closed = finding.Closed ?? now };
        var longest = _gone.Values.OrderBy(finding => finding.Closed).ThenBy(finding => finding.Id, StringComparer.Ordinal);
        foreach (var one in longest.Take(Math.Max(0, _gone.Count - MostGone)).ToList()) _gone.Remove(one.Id);
        _found = current;
        return [.. found, .. _gone.Values.OrderByDescending(finding => finding.Closed).ThenBy(finding => finding.Id, StringComparer.Ordinal)];
    }
}
