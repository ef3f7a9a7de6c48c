using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>Where an intruder who holds all of IT gets: most cheaply, and earliest. One search of each for all sources.</summary>
internal sealed class ItReach
{
    private readonly PathGraph _paths;
    private readonly Lazy<EarliestArrival> _earliest;

    public ItReach(PathGraph paths, CancellationToken stop)
    {
        _paths = paths;
        IsSource = new bool[paths.Map.Assets.Length];
        Sources = [.. paths.Map.IdsIn(segment => segment.Kind == SegmentKind.It).Where(id => !paths.Map.Assets.IsDevice(id))];
        foreach (var source in Sources) IsSource[source] = true;
        Cheapest = CheapestPaths.Forward(paths.Graph, Sources, paths.Gone, stop: stop);
        _earliest = new(() => EarliestArrival.From(paths, Sources, new() { Claim = Claim.May }, stop: stop));
    }

    public int[] Sources { get; }

    public bool[] IsSource { get; }

    public CheapestPaths Cheapest { get; }

    public EarliestArrival Earliest => _earliest.Value;

    /// <summary>Of the easiest way over an edge. Only of one whose beginning is reached.</summary>
    public int CostOver(int edge) => Cheapest.CostTo(_paths.Edge(edge).From)!.Value + _paths.CostOf(edge);
}
