using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Enters zones of a kind through their gates. The first <see cref="MaximumSearches"/> of them (easiest first) each get one search that stays inside
/// the kind, all together no more work than <see cref="WorkPerEdge"/> passes over the graph.
/// </summary>
internal sealed class ZoneEntries
{
    private const int MaximumSearches = 64;
    private const int WorkPerEdge = 8;

    /// <summary>Of a crowd's doors, those that are tried for the way to show.</summary>
    private const int Tries = 3;

    private static readonly SearchBounds NotAStep = new() { MaxHops = 0 };
    private static readonly SearchBounds OneOfACrowd = new() { MaxWork = 10_000 };

    private readonly FindingContext _context;
    private readonly string _rule;
    private readonly PathGraph _paths;
    private readonly ItReach _it;
    private readonly ZoneDoors _doors;
    private readonly ZoneWays _ways;
    private readonly EdgeMask _outside;
    private readonly int[] _inTime;         // assets inside by who enters on the earliest way to them
    private long _workLeft;
    private int _searched;

    public ZoneEntries(FindingContext context, string rule, SegmentKind kind)
    {
        (_context, _rule, _paths, _it) = (context, rule, context.Paths, context.ItReach);
        _workLeft = (long)WorkPerEdge * _paths.Graph.EdgeCount + WorkPerEdge;
        _doors = new(_paths, _it, kind);
        _ways = new(_paths, _it, _doors);
        _outside = new(_paths.Graph);
        for (var id = 0; id < _doors.IsInside.Length; id++) if (!_doors.IsInside[id]) _outside.DisableVertex(id);
        _inTime = new int[_doors.IsInside.Length];
        for (var id = 0; id < _inTime.Length; id++) if (_doors.IsInside[id] && _ways.WhoEnteredFor(id) is var who and >= 0) _inTime[who]++;
    }

    public IEnumerable<ZoneEntry> All() => _doors.Gates.SelectMany(gate => gate.Doors.Count == 1 ? [Enter(gate.Doors[0])] : EnterCrowd(gate));

    private ZoneEntry Enter(ZoneDoor door)
    {
        var entry = Enter(door, NextBounds());
        return entry with { Comers = ComersTo([entry.Through.Id]) };
    }

    private SearchBounds NextBounds() => ++_searched <= MaximumSearches ? new SearchBounds { MaxWork = Math.Max(_workLeft, 0) } : NotAStep;

    private ZoneEntry Enter(ZoneDoor door, SearchBounds bounds)
    {
        var doorTo = _ways.BestDoors(door.Edges);
        using var reach = Search(doorTo.Keys, bounds);
        var devices = DevicesIn(reach);
        var path = _ways.PathIn(door, doorTo, reach);
        var through = path.Hops.Last(hop => !_doors.IsInside[hop.From.Id]).From;
        var isDirect = reach.LevelCount == 1 && path.Hops.Length == 1 && through.Segments.Length == 1;
        return new(door.Key, through, path, reach.Count - devices, devices, _inTime[door.Who], !reach.IsComplete, isDirect, Walkable(door));
    }

    /// <summary>A way that the site answers for stays apart, so that accepting it hides none of the others.</summary>
    private IEnumerable<ZoneEntry> EnterCrowd(ZoneGate gate)
    {
        var left = gate.Doors.OrderByDescending(door => _inTime[door.Who] > 0).ThenByDescending(_ways.Gravity).ThenBy(door => door.Cost)
            .ThenBy(door => door.Key, StringComparer.Ordinal).ToList();
        while (left.Count > 1)
        {
            var (door, lead) = LeadOf(left);
            if (_context.Acceptances.For(_rule, lead.Path.From, lead.Path.To) is not ({ From.Length: > 0 } or { To.Length: > 0 }))
            {
                left.Remove(door);
                yield return Together(gate.Key, lead, [door, .. left]);
                yield break;
            }

            left.Remove(door);
            yield return lead with { Comers = ComersTo([lead.Through.Id]) };
        }

        yield return Enter(left[0]);
    }

    /// <summary>The first that holds in time, of a few; else the first.</summary>
    private (ZoneDoor Door, ZoneEntry Entry) LeadOf(List<ZoneDoor> doors)
    {
        (ZoneDoor, ZoneEntry)? first = null;
        foreach (var door in doors.Take(Tries))
        {
            var entry = Enter(door, OneOfACrowd);
            if (entry.Path.IsWitnessed) return (door, entry);
            first ??= (door, entry);
        }

        return first!.Value;
    }

    /// <summary>All that is open behind any of them, with the way over the first.</summary>
    private ZoneEntry Together(string key, ZoneEntry lead, List<ZoneDoor> doors)
    {
        using var reach = Search(doors.SelectMany(door => door.Edges).Select(edge => _paths.Edge(edge).To).Distinct(), NextBounds());
        var devices = DevicesIn(reach);
        return lead with
        {
            Key = key,
            Machines = reach.Count - devices,
            Devices = devices,
            InTime = doors.Sum(door => _inTime[door.Who]),
            IsAtLeast = !reach.IsComplete,
            Walkable = doors.Max(Walkable),
            Crowd = [.. doors.Select(door => _paths.Map.Assets[door.Who])],
            Comers = ComersTo(doors.Select(door => door.Who)),
        };
    }

    private Reach Search(IEnumerable<int> from, SearchBounds bounds)
    {
        var reach = Reach.Forward(_paths.Graph, [.. from.Order()], _outside, bounds);
        foreach (var id in reach.Order) _workLeft -= _paths.Graph.OutDegree(id) + 1;
        return reach;
    }

    private int DevicesIn(Reach reach)
    {
        var devices = 0;
        foreach (var id in reach.Order) if (_paths.Map.Assets.IsDevice(id)) devices++;
        return devices;
    }

    private Timestamp Walkable(ZoneDoor door)
    {
        var inside = door.Edges.Max(LastUse);
        if (_it.IsSource[door.Who]) return inside;
        Timestamp? outside = null;
        foreach (var edge in _paths.Graph.InEdges(door.Who))
            if (!_doors.IsInside[edge.Source] && _it.Cheapest.Contains(edge.Source))
                outside = Timestamp.Later(outside ?? Timestamp.Beginning, LastUse(edge.Id));
        return outside is { } last ? Timestamp.Earlier(inside, last) : inside;
    }

    private Timestamp LastUse(int edge) =>
        _paths.Edge(edge).IsSupposed ? Timestamp.Never : new(_paths.Map.Record.Conduits[_paths.Edge(edge).Row].LastSeen);

    private ImmutableArray<Asset> ComersTo(IEnumerable<int> entries)
    {
        var comers = new HashSet<int>();
        foreach (var entry in entries)
            foreach (var edge in _paths.Graph.InEdges(entry)) if (_it.IsSource[edge.Source]) comers.Add(edge.Source);
        return [.. comers.Select(source => _paths.Map.Assets[source]).OrderBy(asset => asset.Address)];
    }
}
