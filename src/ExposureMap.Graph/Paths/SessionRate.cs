using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>How often conduits are used: usable conversations a day, at the rate of the time that was watched.</summary>
public sealed class SessionRate
{
    private readonly MapSnapshot _map;
    private readonly double _days;

    /// <summary>Less than an hour says nothing of a day, and counts as one.</summary>
    public SessionRate(MapSnapshot map)
    {
        var (first, last) = map.Watched;
        var span = first.IsNever || last.IsNever ? TimeSpan.Zero : last - first;
        (_map, _days) = (map, Math.Max(span.TotalDays, TimeSpan.FromHours(1).TotalDays));
    }

    public double OfConduit(int row)
    {
        ref readonly var conduit = ref _map.Record.Conduits[row];
        return ((double)conduit.Established + conduit.Midstream - conduit.IsSupposed) / _days;
    }

    /// <summary>Whether the policy wants it. Without a policy everything that was used counts as wanted.</summary>
    public bool IsLegitimate(int row)
    {
        var policy = _map.Settings.Policy;
        if (!policy.IsDeclared) return true;
        var conduit = new Conduit(_map, row);
        return !conduit.CrossesSegments || policy.Allowing(conduit.FromSegment, conduit.ToSegment, conduit.Service, conduit.LastSeen) is not null;
    }
}
