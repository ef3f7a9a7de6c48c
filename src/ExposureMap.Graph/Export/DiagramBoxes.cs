using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>How a map is made small: not at all, machines that do the same in one box, or whole segments in one box.</summary>
internal enum Folding : byte { None, Fans, Segments }

/// <summary>Which box each machine is drawn in: its own, one it shares with machines that do the same, or the rest of its segment.</summary>
internal sealed class DiagramBoxes
{
    private readonly MapSnapshot _map;
    private readonly PathOverlay _overlay;
    private readonly DiagramBox?[] _boxOf;
    private readonly int[] _devicesBehind;
    private readonly Dictionary<Segment, DiagramBox> _rests = [];
    private readonly HashSet<Segment> _folded = [];
    private readonly List<DiagramNote> _notes = [];

    public DiagramBoxes(MapSnapshot map, PathOverlay overlay, DiagramOptions options, Folding folding)
    {
        (_map, _overlay) = (map, overlay);
        _boxOf = new DiagramBox?[map.Assets.Length];
        _devicesBehind = new int[map.Assets.Length];
        foreach (var asset in map.Assets) if (asset.Behind >= 0) _devicesBehind[asset.Behind]++;
        var members = MembersOf(options);
        Machines = members.Values.Sum(list => list.Count);
        Segments = (options.Scope, folding) switch
        {
            (DiagramScope.Paths, _) =>
                [.. members.Select(group => Drawn(group.Key, group.Value.Where(overlay.Passes).Select(Single), group.Value.Count))
                    .Where(segment => !segment.Boxes.IsEmpty)],
            (DiagramScope.Segments, _) => [.. members.Select(group => Folded(group.Key, group.Value))],
            (_, Folding.None) => [.. members.Select(group => Drawn(group.Key, group.Value.Select(Single), group.Value.Count))],
            (_, Folding.Fans) => DrawFans(members),
            _ => FoldSegments(members, options),
        };
    }

    public int Machines { get; }

    /// <summary>From the outside in, then by name.</summary>
    public ImmutableArray<DiagramSegment> Segments { get; }

    public IReadOnlyList<DiagramNote> Notes => _notes;

    /// <summary>The box of a machine that is drawn by itself, or null.</summary>
    public DiagramBox? Of(Asset asset) => _boxOf[asset.Id];

    /// <summary>Where a link that is not on a path ends: a folded segment speaks for all its machines, those on a path included.</summary>
    public (DiagramBox? Box, bool IsSegment) AnchorOf(int asset, Segment segment)
    {
        var home = _map.Assets[asset].Segment;
        if (!_folded.Contains(home) && _boxOf[asset] is { } own) return (own, false);
        return _folded.Contains(segment) ? (_rests[segment], true) : _folded.Contains(home) ? (_rests[home], true) : (null, false);
    }

    private SortedDictionary<Segment, List<Asset>> MembersOf(DiagramOptions options)
    {
        var members = new SortedDictionary<Segment, List<Asset>>(Comparer<Segment>.Create(Diagram.Compare));
        foreach (var asset in _map.Assets)
        {
            if (asset.Behind >= 0 && (options.Scope == DiagramScope.Segments || !_overlay.Passes(asset))) continue;
            if (!members.TryGetValue(asset.Segment, out var list)) members.Add(asset.Segment, list = []);
            list.Add(asset);
        }

        foreach (var list in members.Values)
            list.Sort(InOrder);
        return members;
    }

    private static int InOrder(Asset left, Asset right)
    {
        if (left.Address != right.Address) return left.Address.CompareTo(right.Address);
        return left.Overlay != right.Overlay ? string.CompareOrdinal(left.Overlay, right.Overlay) : string.CompareOrdinal(left.Device, right.Device);
    }

    private ImmutableArray<DiagramSegment> DrawFans(SortedDictionary<Segment, List<Asset>> members)
    {
        var folding = new MachineFolding(_map);
        _notes.Add(new($"{DiagramText.Count(Machines, "machine")}; those that do the same share a box",
            $"--expand all draws each, up to {DotWriter.MaximumNodes}"));
        return [.. members.Select(group => Drawn(group.Key, FansOf(group.Value, folding).Select(BoxOf), group.Value.Count))];
    }

    /// <summary>
    /// Wanted segments stay open, each folded no more than the limit of GraphViz asks for; all others become one box and what is on a path.
    /// </summary>
    private ImmutableArray<DiagramSegment> FoldSegments(SortedDictionary<Segment, List<Asset>> members, DiagramOptions options)
    {
        foreach (var name in options.Expand.Where(name => name != DiagramOptions.All && members.Keys.All(segment => segment.Name != name)))
            _notes.Add(new($"no machine was seen in a segment {DiagramText.Clean(name)}"));
        var folding = new MachineFolding(_map);
        var room = DotWriter.MaximumNodes - members.Sum(group => 1 + group.Value.Count(_overlay.Passes));
        var drawn = ImmutableArray.CreateBuilder<DiagramSegment>(members.Count);
        var refused = new List<string>();
        foreach (var (segment, list) in members)
        {
            var isWanted = options.IsExpanded(segment.Name);
            var boxes = isWanted ? list.Count <= room ? list.ConvertAll(asset => new List<Asset> { asset }) : FansOf(list, folding) : [];
            if (isWanted && boxes.Count > room) refused.Add(segment.Name);
            isWanted &= boxes.Count <= room;
            if (isWanted) room -= boxes.Count;
            drawn.Add(isWanted ? Drawn(segment, boxes.Select(BoxOf), list.Count) : Folded(segment, list));
        }

        _notes.Add(new($"{DiagramText.Count(Machines, "machine")} folded by segment", "--expand SEGMENT opens one"));
        if (refused.Count > 0)
            _notes.Add(new($"more than {DotWriter.MaximumNodes} boxes: left folded {DiagramText.Clean(string.Join(", ", refused), 200)}"));
        return drawn.MoveToImmutable();
    }

    private List<List<Asset>> FansOf(List<Asset> members, MachineFolding folding)
    {
        var groups = members.GroupBy(asset => _overlay.Passes(asset) ? (asset.Address.ToString() + asset.Device, 0UL) : folding.KeyOf(asset));
        return [.. groups.SelectMany(group =>
            group.Count() < MachineFolding.Fewest ? group.Select(asset => new List<Asset> { asset }) : [group.ToList()])];
    }

    private DiagramSegment Drawn(Segment segment, IEnumerable<DiagramBox> boxes, int machines) => new(segment, machines, [.. boxes]);

    private DiagramSegment Folded(Segment segment, List<Asset> members)
    {
        var own = members.Where(_overlay.Passes).Select(Single).ToList();
        var others = members.Where(asset => !_overlay.Passes(asset)).ToList();
        _folded.Add(segment);
        if (others.Count == 0)
        {
            _rests.Add(segment, own[0]);
            return new(segment, members.Count, [.. own]);
        }

        var lines = DiagramText.Sums(others).ToList();
        var behind = others.Sum(asset => _devicesBehind[asset.Id]);
        if (behind > 0) lines.Add($"+ {DiagramText.Count(behind, "device")} behind them");
        var rest = new DiagramBox("segment " + segment.Name, segment, BoxShape.Rest, [.. lines]);
        _rests.Add(segment, rest);
        foreach (var asset in others) _boxOf[asset.Id] = rest;
        return new(segment, members.Count, [.. own, rest]);
    }

    private DiagramBox BoxOf(List<Asset> members)
    {
        if (members.Count == 1) return Single(members[0]);
        var behind = members.Sum(asset => _devicesBehind[asset.Id]);
        var lines = DiagramText.Sums(members).Append($"{members[0].Address} …");
        if (behind > 0) lines = lines.Append($"+ {DiagramText.Count(behind, "device")} behind them");
        var fan = new DiagramBox("fan " + IdOf(members[0]), members[0].Segment, BoxShape.Fan, [.. lines]);
        foreach (var asset in members) _boxOf[asset.Id] = fan;
        return fan;
    }

    private DiagramBox Single(Asset asset) =>
        _boxOf[asset.Id] =
            new(IdOf(asset), asset.Segment, BoxShape.Asset, DiagramText.LinesOf(asset, _devicesBehind[asset.Id]), _overlay.MarkOf(asset));

    private static string IdOf(Asset asset) =>
        asset.Address + (asset.Overlay.Length > 0 ? "@" + asset.Overlay : "") + (asset.Device.Length > 0 ? " " + asset.Device : "");
}
