using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>The doors of all zones of a kind that somebody from IT can come to: one pass over the edges.</summary>
internal sealed class ZoneDoors
{
    private readonly PathGraph _paths;
    private readonly ItReach _it;
    private readonly Dictionary<Segment, int> _firstOf = new(ReferenceEqualityComparer.Instance);

    public ZoneDoors(PathGraph paths, ItReach it, SegmentKind kind)
    {
        (_paths, _it) = (paths, it);
        IsInside = new bool[paths.Map.Assets.Length];
        foreach (var id in paths.Map.IdsIn(segment => segment.Kind == kind)) IsInside[id] = !it.IsSource[id];
        Gates = [.. GatesOf([.. Doors()]).OrderBy(gate => gate.Cost).ThenBy(gate => gate.Key, StringComparer.Ordinal)];
    }

    /// <summary>By asset. Who is of IT is outside, whatever else it is of.</summary>
    public bool[] IsInside { get; }

    /// <summary>The easiest first.</summary>
    public List<ZoneGate> Gates { get; }

    /// <summary>All hosts of one IT segment that go straight in are one door, named by the first of them; a dual-homed one is its own.</summary>
    public int WhoEnters(int id)
    {
        if (!IsPlain(id)) return id;
        var segment = _paths.Map.Assets[id].Segment;
        if (!_firstOf.TryGetValue(segment, out var first)) _firstOf.Add(segment, first = id);
        return first;
    }

    private bool IsPlain(int id) => _it.IsSource[id] && _paths.Map.Assets[id].Segments.Length == 1;

    private IEnumerable<ZoneDoor> Doors()
    {
        var edges = new Dictionary<int, List<int>>();
        using var approach = Reach.Forward(_paths.Graph, _it.Sources, Outside());
        for (var edge = 0; edge < _paths.Graph.EdgeCount; edge++)
        {
            ref readonly var one = ref _paths.Edge(edge);
            if (IsInside[one.From] || !IsInside[one.To] || !approach.Contains(one.From)) continue;
            var who = WhoEnters(one.From);
            if (!edges.TryGetValue(who, out var known)) edges.Add(who, known = []);
            known.Add(edge);
        }

        return edges.Select(door => new ZoneDoor(door.Key, KeyOf(_paths.Map.Assets[door.Key]), door.Value, door.Value.Min(_it.CostOver)));
    }

    /// <summary>Whoever is only reached through the zone itself is no way into it.</summary>
    private EdgeMask Outside()
    {
        var mask = new EdgeMask(_paths.Graph);
        for (var id = 0; id < IsInside.Length; id++) if (IsInside[id]) mask.DisableVertex(id);
        return mask;
    }

    private string KeyOf(Asset asset) => IsPlain(asset.Id) ? FindingText.Key(asset.Segment.Name) : FindingText.Key(asset);

    private IEnumerable<ZoneGate> GatesOf(ZoneDoor[] doors)
    {
        var segments = doors.Where(door => !IsPlain(door.Who)).GroupBy(door => _paths.Map.Assets[door.Who].Segment);
        var loudest = segments.GroupBy(segment => segment.Key.Kind)
            .SelectMany(kind => Crowd.Loudest(kind.Select(segment => KeyValuePair.Create(segment.Key, segment.Count())))).ToHashSet();
        foreach (var gate in doors.GroupBy(door =>
            !IsPlain(door.Who) && loudest.Contains(_paths.Map.Assets[door.Who].Segment) ? _paths.Map.Assets[door.Who].Segment : (object)door))
        {
            List<ZoneDoor> told = [.. gate.OrderBy(door => door.Cost).ThenBy(door => door.Key, StringComparer.Ordinal)];
            yield return new(gate.Key is Segment segment ? $"through-{FindingText.Key(segment.Name)}" : told[0].Key, told);
        }
    }
}
