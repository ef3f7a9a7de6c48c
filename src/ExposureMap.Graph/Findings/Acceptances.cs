using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>What the site answers for, and whether it still does at the last moment watched.</summary>
internal sealed class Acceptances
{
    private readonly ILookup<string, AcceptedFinding> _byRule;

    public Acceptances(MapSnapshot map, IEnumerable<AcceptedFinding> accepted)
    {
        var now = LastMoment(map);
        _byRule = accepted.Where(one => !one.Until.HasPassed(now)).ToLookup(one => one.Rule, StringComparer.Ordinal);
    }

    /// <summary>The last that was watched, which days are judged by: a capture of last year is judged by last year's.</summary>
    public static Timestamp LastMoment(MapSnapshot map)
    {
        var last = map.Watched.Last;
        return last.IsNever ? map.Assets.Select(asset => asset.LastSeen).DefaultIfEmpty(Timestamp.Beginning).Max() : last;
    }

    public bool Mentions(string rule) => _byRule.Contains(rule);

    /// <summary>The first acceptance of a rule for these ends, by any address or name of theirs; null when nobody answers for them.</summary>
    public AcceptedFinding? For(string rule, Asset from, Asset to)
    {
        foreach (var accepted in _byRule[rule])
            if (Means(accepted.From, from) && Means(accepted.To, to)) return accepted;
        return null;
    }

    private static bool Means(string end, Asset asset)
    {
        if (end.Length == 0 || asset.Names.Contains(end, StringComparer.OrdinalIgnoreCase)) return true;
        return Address.TryParse(end, out var address) && (asset.Addresses.Contains(address) || asset.Macs.Contains(address));
    }
}
