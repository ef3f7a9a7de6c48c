using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Paths;

/// <summary>How far a question goes beyond what was observed.</summary>
public enum Supposition : byte
{
    None,

    /// <summary>
    /// Nothing but the policy: every conduit it permits is used, and nothing else (IEC 62443-3-2, ZCR 5: what the conduits of a zone let through).
    /// </summary>
    Policy,

    /// <summary>Where one machine of a segment used a conduit into another segment, every other machine of it might.</summary>
    Neighbours,
}

/// <summary>
/// Makes the graphs of suppositions. A segment is one vertex (<see cref="StandIns"/>), so that what thousands of machines may do to thousands is one
/// edge. Where the policy lets a plant fetch content, a compromise may run against that; of neighbours that is not supposed: nobody was seen to
/// fetch.
/// </summary>
public static class Suppositions
{
    public static PathGraph GraphOf(MapSnapshot map, Supposition supposition, PathOptions options) => supposition switch
    {
        Supposition.Policy => PathGraph.Of(Permitted(map), options with { Supposed = PathBasis.Permitted }),
        Supposition.Neighbours => PathGraph.Of(Widened(map), options with { Supposed = PathBasis.Assumed }),
        _ => PathGraph.Of(map, options),
    };

    /// <summary>
    /// What a selector means in such a graph: the machines it selects on the map, and the stand-ins of segments that it selects whole.
    /// </summary>
    public static bool TrySelect(Selector selector, MapSnapshot map, PathGraph graph, out ImmutableArray<int> assets, out string problem)
    {
        if (!selector.TrySelect(map, out assets, out problem)) return false;
        if (graph.Map.Assets.Length == map.Assets.Length || !selector.TrySelect(graph.Map, out var supposed, out _)) return true;
        var chosen = assets.ToHashSet();
        var partly = map.Assets.Where(asset => !chosen.Contains(asset.Id)).SelectMany(asset => StandIns.HomesOf(map, asset)).ToHashSet();
        assets = [.. assets, .. supposed.Where(id => graph.Map.Assets[id].IsStandIn && !partly.Contains(graph.Map.Assets[id].Segment))];
        return true;
    }

    private static MapSnapshot Permitted(MapSnapshot map)
    {
        var (standIns, at) = (new StandIns(map), Last(map));
        foreach (var segment in map.Segments.Segments) standIns.EndpointOf(segment);
        var seen = SessionsBetween(map);
        var permitted = new List<SupposedConduit>();
        foreach (var rule in map.Settings.Policy.Rules)
        {
            if (rule.Until.HasPassed(at) || map.Segments.Named(rule.From) is not { } from || map.Segments.Named(rule.To) is not { } to) continue;
            var between = seen[(from.Name, to.Name)].ToList();
            foreach (var match in rule.Services)
                permitted.Add(
                    new(standIns.EndpointOf(from), standIns.EndpointOf(to), match.ToService(),
                        (uint)between.Where(one => match.Matches(one.Service)).Sum(one => one.Sessions)));
        }

        var nothing = map.Record with
        {
            Conduits = Rows<ConduitRow>.Empty,
            Contacts = ContactLog.Empty,
            Effects = Rows<EffectRow>.Empty,
            Operations = ImmutableDictionary<int, ImmutableArray<ConduitOperation>>.Empty,
        };
        return standIns.Apply(nothing, permitted.DistinctBy(one => (one.FromEndpoint, one.ToEndpoint, one.Service)).ToList(), at);
    }

    private static MapSnapshot Widened(MapSnapshot map)
    {
        var standIns = new StandIns(map);
        var sites = map.Segments.Segments.ToHashSet();            // neither the internet nor what nobody claims has neighbours
        var widened = new HashSet<SupposedConduit>();
        for (var row = 0; row < map.Record.Conduits.Count; row++)
        {
            ref readonly var conduit = ref map.Record.Conduits[row];
            var (from, to) = (map.SegmentOfEndpoint(conduit.From), map.SegmentOfEndpoint(conduit.To));
            if (!conduit.IsUsable || conduit.IsSupposed != 0 || from == to || !sites.Contains(from) || map.AssetOfEndpoint(conduit.To) < 0) continue;
            widened.Add(new(standIns.EndpointOf(from), conduit.To, map.ServiceOf(conduit)));
        }

        return standIns.Apply(map.Record, widened, Last(map));
    }

    /// <summary>Usable conversations by segments and service.</summary>
    private static ILookup<(string From, string To), (Service Service, long Sessions)> SessionsBetween(MapSnapshot map)
    {
        var sessions = new Dictionary<(string From, string To, Service Service), long>();
        for (var row = 0; row < map.Record.Conduits.Count; row++)
        {
            ref readonly var conduit = ref map.Record.Conduits[row];
            var (from, to) = (map.SegmentOfEndpoint(conduit.From), map.SegmentOfEndpoint(conduit.To));
            if (from == to || !conduit.IsUsable) continue;
            var key = (from.Name, to.Name, map.ServiceOf(conduit));
            sessions[key] = sessions.GetValueOrDefault(key) + conduit.Established + conduit.Midstream;
        }

        return sessions.ToLookup(one => (one.Key.From, one.Key.To), one => (one.Key.Service, one.Value));
    }

    private static Timestamp Last(MapSnapshot map) => map.Watched.Last.IsNever ? Timestamp.FromUnix(0, 0) : map.Watched.Last;
}
