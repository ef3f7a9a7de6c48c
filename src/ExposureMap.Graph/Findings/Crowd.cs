using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Nobody reads thousands of findings. Of one rule there are <see cref="Most"/> from one kind of segment to another; beyond that the segments that
/// give rise to most of them are told as one finding each, so that one that is rare elsewhere is not lost among them.
/// </summary>
internal static class Crowd
{
    public const int Most = 25;

    /// <param name="findings">How many each segment gives rise to, all of one kind to one kind.</param>
    public static HashSet<Segment> Loudest(IEnumerable<KeyValuePair<Segment, int>> findings)
    {
        var loudest = new HashSet<Segment>(ReferenceEqualityComparer.Instance);
        var most = findings.OrderByDescending(one => one.Value).ThenBy(one => one.Key.Name, StringComparer.Ordinal).ToList();
        var left = most.Sum(one => one.Value);
        foreach (var (segment, count) in most)
        {
            if (left <= Most || count == 1) break;
            loudest.Add(segment);
            left -= count - 1;
        }

        return loudest;
    }
}
