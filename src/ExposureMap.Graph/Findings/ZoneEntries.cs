using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Finds where paths from IT enter zones of a kind. One pass over the edges finds the entries; the first <see cref="MaximumSearches"/> of them
/// (easiest first) each get one search that stays inside the kind, all together no more work than <see cref="WorkPerEdge"/> passes over the graph.
/// </summary>
internal sealed class ZoneEntries
{
    private const int MaximumSearches = 64;
    private const int WorkPerEdge = 8;

    private static readonly TimeRule AnyTime = new() { Claim = Claim.May };
    private static readonly SearchBounds NotAStep = new() { MaxHops = 0 };

    private readonly PathGraph _paths;
    private readonly ItReach _it;
    private readonly bool[] _isInside;
    private readonly EdgeMask _outside;
    private readonly int[] _entryOf;        // last asset outside on the earliest way, -1 where none
    private readonly Dictionary<int, int> _enteredInTime;   // assets inside by that last asset outside
    private readonly Dictionary<int, List<int>> _doors = [];                // by who enters
    private readonly Dictionary<Segment, int> _firstOf = new(ReferenceEqualityComparer.Instance);
    private readonly SessionRate _legitimacy;
    private long _workLeft;

    public ZoneEntries(FindingContext context, SegmentKind kind)
    {
        (_paths, _it) = (context.Paths, context.ItReach);
        _workLeft = (long)WorkPerEdge * _paths.Graph.EdgeCount + WorkPerEdge;
        _outside = new(_paths.Graph);
        _legitimacy = new(_paths.Map);
        _isInside = new bool[_paths.Map.Assets.Length];
        foreach (var id in _paths.Map.IdsIn(segment => segment.Kind == kind)) _isInside[id] = !_it.IsSource[id];
        for (var id = 0; id < _isInside.Length; id++) if (!_isInside[id]) _outside.DisableVertex(id);
        _entryOf = EntriesInTime();
        _enteredInTime = _entryOf.Where(entry => entry >= 0).CountBy(entry => entry).ToDictionary();
        using var approach = Reach.Forward(_paths.Graph, _it.Sources, Inside());
        for (var edge = 0; edge < _paths.Graph.EdgeCount; edge++) NoteDoor(edge, approach);
    }

    public IEnumerable<ZoneEntry> All()
    {
        var searched = 0;
        var easiestFirst = _doors.Select(door => (Who: door.Key, Key: KeyOf(_paths.Map.Assets[door.Key]), Edges: door.Value, Cost: door.Value.Min(CostOf)))
            .OrderBy(door => door.Cost).ThenBy(door => door.Key, StringComparer.Ordinal);
        foreach (var (who, key, edges, _) in easiestFirst)
        {
            var bounds = ++searched <= MaximumSearches ? new SearchBounds { MaxWork = Math.Max(_workLeft, 0) } : NotAStep;
            yield return Enter(who, key, edges, bounds);
        }
    }

    private int CostOf(int edge) => _it.Cheapest.CostTo(_paths.Edge(edge).From)!.Value + _paths.CostOf(edge);

    private EdgeMask Inside()
    {
        var mask = new EdgeMask(_paths.Graph);
        for (var id = 0; id < _isInside.Length; id++) if (_isInside[id]) mask.DisableVertex(id);
        return mask;
    }

    /// <summary>Whoever is only reached through the zone itself is no way into it.</summary>
    private void NoteDoor(int edge, Reach approach)
    {
        var one = _paths.Edge(edge);
        if (_isInside[one.From] || !_isInside[one.To] || !approach.Contains(one.From)) return;
        var who = WhoEnters(one.From);
        if (!_doors.TryGetValue(who, out var edges)) _doors.Add(who, edges = []);
        edges.Add(edge);
    }

    /// <summary>All hosts of one IT segment that go straight in are one entry, named by the first of them; a dual-homed one is its own.</summary>
    private int WhoEnters(int id)
    {
        if (!_it.IsSource[id]) return id;
        var asset = _paths.Map.Assets[id];
        if (asset.Segments.Length > 1) return id;
        if (!_firstOf.TryGetValue(asset.Segment, out var first)) _firstOf.Add(asset.Segment, first = id);
        return first;
    }

    private string KeyOf(Asset asset) => _it.IsSource[asset.Id] && asset.Segments.Length == 1 ? FindingText.Key(asset.Segment.Name) : FindingText.Key(asset);

    private int[] EntriesInTime()
    {
        var entries = new int[_isInside.Length];
        Array.Fill(entries, PathEdges.NoEdge);
        var way = new Stack<int>();
        for (var id = 0; id < entries.Length; id++)
        {
            var at = id;
            for (; IsOnAWayInside(at) && entries[at] < 0; at = _paths.Edge(_it.Earliest.EdgeInto(at)).From) way.Push(at);
            var entry = _isInside[at] ? entries[at] : at;
            while (way.TryPop(out var passed)) entries[passed] = entry;
        }

        return entries;
    }

    private bool IsOnAWayInside(int id) => _isInside[id] && _it.Earliest.Contains(id) && _it.Earliest.EdgeInto(id) >= 0;

    private ZoneEntry Enter(int who, string key, List<int> doors, SearchBounds bounds)
    {
        var doorTo = new Dictionary<int, int>();
        foreach (var door in doors)
        {
            var to = _paths.Edge(door).To;
            if (!doorTo.TryGetValue(to, out var known) || Better(door, known)) doorTo[to] = door;
        }

        using var reach = Reach.Forward(_paths.Graph, [.. doorTo.Keys.Order()], _outside, bounds);
        foreach (var id in reach.Order) _workLeft -= _paths.Graph.OutDegree(id) + 1;
        var devices = 0;
        foreach (var id in reach.Order) if (_paths.Map.Assets.IsDevice(id)) devices++;
        var path = PathIn(who, doors, doorTo, reach);
        var through = path.Hops.Last(hop => !_isInside[hop.From.Id]).From;
        var isDirect = reach.LevelCount == 1 && path.Hops.Length == 1 && through.Segments.Length == 1;
        return new(key, through, path, reach.Count - devices, devices, _enteredInTime.GetValueOrDefault(through.Id), ComersTo(through), !reach.IsComplete, isDirect, Walkable(through, doors));
    }

    private Timestamp Walkable(Asset through, List<int> doors)
    {
        var inside = doors.Max(LastUse);
        if (_it.IsSource[through.Id]) return inside;
        Timestamp? outside = null;
        foreach (var edge in _paths.Graph.InEdges(through.Id))
            if (!_isInside[edge.Source] && _it.Cheapest.Contains(edge.Source)) outside = Timestamp.Later(outside ?? Timestamp.Beginning, LastUse(edge.Id));
        return outside is { } last ? Timestamp.Earlier(inside, last) : inside;
    }

    private Timestamp LastUse(int edge) => _paths.Edge(edge).IsSupposed ? Timestamp.Never : new(_paths.Map.Record.Conduits[_paths.Edge(edge).Row].LastSeen);

    private ImmutableArray<Asset> ComersTo(Asset through)
    {
        var comers = new HashSet<int>();
        foreach (var edge in _paths.Graph.InEdges(through.Id)) if (_it.IsSource[edge.Source]) comers.Add(edge.Source);
        return comers.Count == 0 ? [] : [.. comers.Select(source => _paths.Map.Assets[source]).OrderBy(asset => asset.Address)];
    }

    private bool Better(int door, int than)
    {
        var (left, right) = (Weight(_paths.EffectOf(door)), Weight(_paths.EffectOf(than)));
        return left != right ? left > right : (CostOf(door), door).CompareTo((CostOf(than), than)) < 0;
    }

    /// <summary>What was seen done decides before how near it is.</summary>
    private static int Weight(Effect? effect) => effect is null ? -1 : (int)effect;

    /// <summary>The gravest way in that holds in time; else any that does; else the gravest. Of those that differ in who came, one the policy does not want.</summary>
    private AssetPath PathIn(int who, List<int> doors, Dictionary<int, int> doorTo, Reach reach)
    {
        var gravest = Gravest(doorTo, reach);
        var path = Witness.Of(_paths, gravest, AnyTime);
        if (path.IsWitnessed) return Unwanted(gravest) ?? path;
        if (InTime(who, reach) is not { } target) return StraightIn(doors) ?? path;
        var hops = _it.Earliest.PathTo(target)!.Value;
        return Unwanted([.. hops.Select(hop => hop.Edge.Id)]) ?? Witness.Made(_paths, hops);
    }

    /// <summary>
    /// The same way begun by another IT host against the policy: who came as agreed is the lesser news. Null where the policy allows all that came
    /// (or there is none), the way breaks it already, or nobody did so in time.
    /// </summary>
    private AssetPath? Unwanted(List<int> edges)
    {
        var entry = _paths.Edge(edges[0]).To;
        if (!_paths.Map.Settings.Policy.IsDeclared || _isInside[entry] || !_legitimacy.IsLegitimate(_paths.Edge(edges[0]).Row)) return null;
        return _paths.Graph.InEdges(entry).Where(edge => _it.IsSource[edge.Source] && _paths.Edge(edge.Id) is { IsTimeless: false } one && !_legitimacy.IsLegitimate(one.Row))
            .OrderBy(edge => _paths.CostOf(edge.Id)).ThenBy(edge => edge.Id)
            .Select(edge => Witness.Of(_paths, [edge.Id, .. edges.Skip(1)], AnyTime)).FirstOrDefault(path => path.IsWitnessed);
    }

    private List<int> Gravest(Dictionary<int, int> doorTo, Reach reach)
    {
        var (best, weight) = (reach.Order[0], int.MinValue);
        foreach (var id in reach.Order)         // by hops: the nearest of the gravest
        {
            var edge = reach.EdgeInto(id) is var into && into >= 0 ? into : doorTo[id];
            if (Weight(_paths.EffectOf(edge)) <= weight) continue;
            (best, weight) = (id, Weight(_paths.EffectOf(edge)));
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
            if (_entryOf[id] < 0 || WhoEnters(_entryOf[id]) != who) continue;
            var weight = Weight(_paths.EffectOf(_it.Earliest.EdgeInto(id)));
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
