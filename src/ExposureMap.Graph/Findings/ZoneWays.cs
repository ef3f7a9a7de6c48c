using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Graph.Findings;

/// <summary>Which way through a door of a zone is shown: the gravest that was really walked.</summary>
internal sealed class ZoneWays
{
    private static readonly TimeRule AnyTime = new() { Claim = Claim.May };

    private readonly PathGraph _paths;
    private readonly ItReach _it;
    private readonly ZoneDoors _doors;
    private readonly SessionRate _legitimacy;
    private readonly int[] _entryOf;        // last asset outside on the earliest way, -1 where none
    private readonly byte[] _weights;       // by edge, as far as they were asked for; 0 where not yet

    public ZoneWays(PathGraph paths, ItReach it, ZoneDoors doors)
    {
        (_paths, _it, _doors, _legitimacy) = (paths, it, doors, new(paths.Map));
        _weights = new byte[paths.Graph.EdgeCount];
        _entryOf = EntriesInTime();
    }

    /// <summary>By whose door the earliest way leads to an asset inside; -1 where none does.</summary>
    public int WhoEnteredFor(int id) => _entryOf[id] < 0 ? PathEdges.NoEdge : _doors.WhoEnters(_entryOf[id]);

    public int Gravity(ZoneDoor door) => door.Edges.Max(Weight);

    /// <summary>By asset inside: the best of the edges that lead to it.</summary>
    public Dictionary<int, int> BestDoors(List<int> edges)
    {
        var doorTo = new Dictionary<int, int>();
        foreach (var edge in edges)
        {
            var to = _paths.Edge(edge).To;
            if (!doorTo.TryGetValue(to, out var known) || Better(edge, known)) doorTo[to] = edge;
        }

        return doorTo;
    }

    /// <summary>
    /// The gravest way in that holds in time; else any that does; else the gravest. Of those that differ in who came, one the policy does not want.
    /// </summary>
    public AssetPath PathIn(ZoneDoor door, Dictionary<int, int> doorTo, Reach reach)
    {
        var gravest = Gravest(doorTo, reach);
        var path = Witness.Of(_paths, gravest, AnyTime);
        if (path.IsWitnessed) return Unwanted(gravest) ?? path;
        if (InTime(door.Who, reach) is not { } target) return StraightIn(door.Edges) ?? path;
        var hops = _it.Earliest.PathTo(target)!.Value;
        return Unwanted([.. hops.Select(hop => hop.Edge.Id)]) ?? Witness.Made(_paths, hops);
    }

    private int[] EntriesInTime()
    {
        var entries = new int[_doors.IsInside.Length];
        Array.Fill(entries, PathEdges.NoEdge);
        var way = new Stack<int>();
        for (var id = 0; id < entries.Length; id++)
        {
            var at = id;
            for (; IsOnAWayInside(at) && entries[at] < 0; at = _paths.Edge(_it.Earliest.EdgeInto(at)).From) way.Push(at);
            var entry = _doors.IsInside[at] ? entries[at] : at;
            while (way.TryPop(out var passed)) entries[passed] = entry;
        }

        return entries;
    }

    private bool IsOnAWayInside(int id) => _doors.IsInside[id] && _it.Earliest.Contains(id) && _it.Earliest.EdgeInto(id) >= 0;

    private bool Better(int door, int than)
    {
        var (left, right) = (Weight(door), Weight(than));
        return left != right ? left > right : (_it.CostOver(door), door).CompareTo((_it.CostOver(than), than)) < 0;
    }

    /// <summary>What was seen done over an edge decides before how near it is.</summary>
    private int Weight(int edge)
    {
        ref var weight = ref _weights[edge];
        if (weight == 0) weight = (byte)(_paths.EffectOf(edge) is { } effect ? (int)effect + 2 : 1);
        return weight;
    }

    /// <summary>
    /// The same way begun by another IT host against the policy: who came as agreed is the lesser news. Null where the policy allows all that came
    /// (or there is none), the way breaks it already, or nobody did so in time.
    /// </summary>
    private AssetPath? Unwanted(List<int> edges)
    {
        var entry = _paths.Edge(edges[0]).To;
        if (!_paths.Map.Settings.Policy.IsDeclared || _doors.IsInside[entry] || !_legitimacy.IsLegitimate(_paths.Edge(edges[0]).Row)) return null;
        return _paths.Graph.InEdges(entry)
            .Where(edge => _it.IsSource[edge.Source] && _paths.Edge(edge.Id) is { IsTimeless: false } one && !_legitimacy.IsLegitimate(one.Row))
            .OrderBy(edge => _paths.CostOf(edge.Id)).ThenBy(edge => edge.Id)
            .Select(edge => Witness.Of(_paths, [edge.Id, .. edges.Skip(1)], AnyTime)).FirstOrDefault(path => path.IsWitnessed);
    }

    private List<int> Gravest(Dictionary<int, int> doorTo, Reach reach)
    {
        var (best, weight) = (reach.Order[0], int.MinValue);
        foreach (var id in reach.Order)         // by hops: the nearest of the gravest
        {
            var edge = reach.EdgeInto(id) is var into && into >= 0 ? into : doorTo[id];
            if (Weight(edge) <= weight) continue;
            (best, weight) = (id, Weight(edge));
        }

        var inside = reach.PathTo(best)!;
        var door = doorTo[inside.Source];
        var outside = _it.Cheapest.PathTo(_paths.Edge(door).From)!;
        return [.. outside.Hops.Select(hop => hop.Id), door, .. inside.Hops.Select(hop => hop.Id)];
    }

    /// <summary>The asset inside whose earliest way enters here and ends with the gravest effect.</summary>
    private int? InTime(int who, Reach reach)
    {
        (int Id, int Weight)? best = null;
        foreach (var id in reach.Order)
        {
            if (WhoEnteredFor(id) != who) continue;
            var weight = Weight(_it.Earliest.EdgeInto(id));
            if (best is null || weight > best.Value.Weight) best = (id, weight);
        }

        return best?.Id;
    }

    /// <summary>Earliest to the last asset outside, then any conversation from there after that.</summary>
    private AssetPath? StraightIn(List<int> doors)
    {
        foreach (var door in doors)
        {
            var from = _paths.Edge(door).From;
            if (!_it.Earliest.Contains(from) || _paths.Earliest(door, _it.Earliest.At(from), AnyTime) is not { } last) continue;
            return Witness.Made(_paths, [.. _it.Earliest.PathTo(from)!.Value, last]);
        }

        return null;
    }
}
