using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Graph.Export;

/// <summary>The hops of the paths to draw, each once and numbered: along the path if there is one, by time if there are several.</summary>
internal sealed class PathOverlay
{
    /// <summary>A drawing of more hops shows nothing.</summary>
    private const int MaximumHops = 60;

    private readonly HashSet<int> _rows;
    private readonly Dictionary<int, BoxMark> _marks = [];

    public PathOverlay(ImmutableArray<ImmutableArray<Hop>> paths)
    {
        var hops = paths.SelectMany(hops => hops).DistinctBy(hop => (hop.From.Id, hop.To.Id, hop.Service)).ToList();
        IsCut = hops.Count > MaximumHops;
        Hops = [.. (paths.Length > 1 ? hops.OrderBy(hop => hop.Start) : hops.AsEnumerable()).Take(MaximumHops)];
        _rows = [.. Hops.Where(hop => hop.Conduit is not null).Select(hop => hop.Conduit!.Value.Row)];
        foreach (var hop in Hops)
        {
            _marks.TryAdd(hop.From.Id, BoxMark.Passed);
            _marks.TryAdd(hop.To.Id, BoxMark.Passed);
        }

        foreach (var path in paths.Where(path => !path.IsEmpty))
        {
            if (_marks.ContainsKey(path[^1].To.Id)) _marks[path[^1].To.Id] = BoxMark.Target;
            if (_marks.ContainsKey(path[0].From.Id)) _marks[path[0].From.Id] = BoxMark.Source;
        }
    }

    public ImmutableArray<Hop> Hops { get; }

    public bool IsCut { get; }

    public bool Passes(Asset asset) => _marks.ContainsKey(asset.Id);

    public BoxMark MarkOf(Asset asset) => _marks.GetValueOrDefault(asset.Id);

    public bool Covers(int conduitRow) => _rows.Contains(conduitRow);

    /// <summary>The service, what it was used for, when, and on request where to look it up.</summary>
    public static ImmutableArray<string> LinesOf(Hop hop, bool withDate, bool withEvidence)
    {
        var isForward = hop.Conduit is { } taken && taken.From == hop.From.Id;
        var effect = DiagramText.EffectWord((isForward ? hop.Conduit?.Effects : hop.Conduit?.BackwardEffects)?.Strongest);
        var what = hop.To.Behind == hop.From.Id ? DiagramText.Clean(hop.To.Device) : DiagramText.Name(hop.Service);
        var way = hop.Direction switch
        {
            HopDirection.Pull => " pulled",
            HopDirection.Permitted => " permitted",
            HopDirection.PermittedPull => " pull permitted",
            HopDirection.Assumed => " assumed",
            _ => "",
        };
        var lines = ImmutableArray.Create((effect.Length == 0 ? what : $"{what} {effect}") + way);
        if (hop.Direction.IsSupposed() || hop.Start.IsNever) return lines;
        lines = lines.Add(DiagramText.Clock(hop.Start, withDate));
        return withEvidence ? lines.Add(string.Create(CultureInfo.InvariantCulture, $"frame {hop.Evidence.FirstFrame}")) : lines;
    }
}
