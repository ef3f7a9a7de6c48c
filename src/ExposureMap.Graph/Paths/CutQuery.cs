using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>What is taken out: conduits at a firewall, or machines from the network.</summary>
public enum CutUnit : byte { Conduits, Assets }

/// <summary>What is least about a cut: its size, or the legitimate sessions a day that break with it.</summary>
public enum CutAim : byte { Fewest, LeastCostly }

/// <summary>What to take out so that no path joins two selections.</summary>
public sealed record CutQuery
{
    private const int MostBreaks = 1000;
    private const int GlanceShare = 64;                     // of all edges, so few are looked at before the other end is tried
    private const int MostCapacity = int.MaxValue / 64;     // sums of a cut stay far below what flows call unlimited

    public required ImmutableArray<int> From { get; init; }

    /// <summary>Those that are also sources are left out, and named in the answer: nothing severs a machine from itself.</summary>
    public required ImmutableArray<int> To { get; init; }

    public CutUnit Unit { get; init; }

    public CutAim Aim { get; init; }

    public SearchBounds Bounds { get; init; } = new() { MaxResults = 16 };

    public CutAnswer Run(PathGraph graph, CancellationToken stop = default)
    {
        var isSource = BitSet.Of(graph.Graph.VertexCount, From.AsSpan());
        ImmutableArray<int> targets = [.. To.Where(id => !isSource.Contains(id))];
        var rate = new SessionRate(graph.Map);
        var found = Unit == CutUnit.Assets
            ? MinimumCut.OfVertices(graph.Graph, From.AsSpan(), targets.AsSpan(), AssetCosts(graph, rate), null, Bounds, stop)
            : MinimumCut.OfEdges(graph.Graph, From.AsSpan(), targets.AsSpan(), EdgeCosts(graph, rate), null, Bounds, stop);
        ImmutableArray<int> Numbers(ImmutableArray<int> cut) =>
            Unit == CutUnit.Assets ? cut : [.. cut.Select(edge => graph.Edge(edge).Row).Distinct().Order()];

        var cut = Numbers(found.Cut);
        var breaks = Breaks(graph, rate, cut);
        var isJoined = found.IsComplete ? found is not { IsPossible: true, Cost: 0 } : Reaches(graph, targets, [], stop);
        var isProven = found is { IsPossible: true, IsComplete: true } && !Reaches(graph, targets, cut, stop);
        return new()
        {
            Unit = Unit,
            Cut = cut,
            LeftOut = [.. To.Where(id => isSource.Contains(id) && !graph.Map.Assets.IsStandIn(id)).Distinct().Order()
                .Select(id => graph.Map.Assets[id])],
            IsJoined = isJoined,
            IsPossible = found.IsPossible,
            IsProven = isProven,
            Breaks = breaks.First,
            BreaksCount = breaks.Count,
            Alternatives = [.. found.Alternatives.Select(Numbers)],
            AlternativesComplete = found.AlternativesComplete,
            Obstacles = found.IsPossible ? [] : Obstacles(graph, targets),
            CutOff = found.CutOff,
            Coverage = CoverageAnswer.Of(graph, !isJoined, Timestamp.Beginning, Timestamp.Never, found.CutOff, From, To),
        };
    }

    /// <summary>
    /// A firewall rule takes a conduit away in both directions of a compromise; a device behind an address has no conduit of its own.
    /// </summary>
    internal static EdgeMask Without(PathGraph graph, CutUnit unit, ImmutableArray<int> cut)
    {
        var mask = new EdgeMask(graph.Graph);
        foreach (var number in cut)
        {
            if (unit == CutUnit.Assets) mask.DisableVertex(number);
            else foreach (var edge in new[] { graph.ForwardEdge[number], graph.BackwardEdge[number] }) if (edge >= 0) mask.DisableEdge(edge);
        }

        return mask;
    }

    /// <summary>
    /// Searched from the targets: the cut is the nearest to them, so there is mostly little to see on their side of it, but where it is the sources'
    /// own.
    /// </summary>
    private bool Reaches(PathGraph graph, ImmutableArray<int> targets, ImmutableArray<int> without, CancellationToken stop)
    {
        var mask = Without(graph, Unit, without);
        using var ahead = Reach.Forward(graph.Graph, From.AsSpan(), mask, new() { MaxWork = graph.Graph.EdgeCount / GlanceShare }, stop);
        if (ahead.IsComplete) return targets.Any(ahead.Contains);
        using var reach = Reach.Backward(graph.Graph, targets.AsSpan(), mask, null, stop);
        return !reach.IsComplete || From.Any(reach.Contains);
    }

    /// <summary>Null where each is 1: at millions of edges the column would cost more than the search.</summary>
    private int[]? EdgeCosts(PathGraph graph, SessionRate rate)
    {
        if (Aim == CutAim.Fewest && !graph.HasUncuttable) return null;
        var costs = new int[graph.Graph.EdgeCount];
        for (var edge = 0; edge < costs.Length; edge++)
        {
            ref readonly var one = ref graph.Edge(edge);
            costs[edge] = one.Class is EdgeClass.Behind or EdgeClass.Member ? MinimumCut.Uncuttable : Capacity(Weight(rate, one.Row));
        }

        return costs;
    }

    /// <summary>What stands for the segment of an end cannot be taken out without the end itself. Null where each is 1.</summary>
    private int[]? AssetCosts(PathGraph graph, SessionRate rate)
    {
        if (Aim == CutAim.Fewest && !graph.HasStandIns) return null;
        var weights = new double[graph.Graph.VertexCount];
        if (Aim == CutAim.LeastCostly)
        {
            for (var row = 0; row < graph.Map.Record.Conduits.Count; row++)
            {
                var (from, to) = (new Conduit(graph.Map, row).From, new Conduit(graph.Map, row).To);
                if (from >= 0) weights[from] += Weight(rate, row);
                if (to >= 0) weights[to] += Weight(rate, row);
            }
        }

        var costs = Array.ConvertAll(weights, Capacity);
        foreach (var end in graph.HasStandIns ? From.Concat(To) : [])
            foreach (var edge in graph.Graph.OutEdges(end).Concat(graph.Graph.InEdges(end)))
                if (graph.Edge(edge.Id).Class == EdgeClass.Member) costs[edge.Source == end ? edge.Target : edge.Source] = MinimumCut.Uncuttable;
        return costs;
    }

    private double Weight(SessionRate rate, int row) => Aim == CutAim.LeastCostly && rate.IsLegitimate(row) ? rate.OfConduit(row) : 0;

    private static int Capacity(double weight) => 1 + (int)Math.Min(Math.Ceiling(weight), MostCapacity);

    /// <summary>Of equals the ones seen first come first.</summary>
    private (ImmutableArray<CutBreak> First, int Count) Breaks(PathGraph graph, SessionRate rate, ImmutableArray<int> cut)
    {
        var (rows, worst) = (Unit == CutUnit.Assets ? RowsOf(graph, cut) : cut, new PriorityQueue<CutBreak, (bool, double, int)>());
        foreach (var row in rows)
        {
            var (isLegitimate, perDay) = (rate.IsLegitimate(row), rate.OfConduit(row));
            if (worst.Count == MostBreaks && !IsWorse(isLegitimate, perDay, worst.Peek())) continue;
            if (worst.Count == MostBreaks) worst.Dequeue();
            worst.Enqueue(new(new Conduit(graph.Map, row), perDay, isLegitimate), (isLegitimate, perDay, -row));
        }

        var first = new CutBreak[worst.Count];
        while (worst.Count > 0) first[worst.Count - 1] = worst.Dequeue();
        return (ImmutableCollectionsMarshal.AsImmutableArray(first), rows.Length);
    }

    private static bool IsWorse(bool isLegitimate, double perDay, CutBreak than) =>
        isLegitimate == than.IsLegitimate ? perDay > than.SessionsPerDay : isLegitimate;

    /// <summary>Conduits from and to these assets.</summary>
    private static ImmutableArray<int> RowsOf(PathGraph graph, ImmutableArray<int> assets)
    {
        if (assets.IsEmpty) return [];
        var (endpoints, links) = (graph.Map.Record.Endpoints.Count, graph.Map.Record.Links);
        var (isAsset, isEnd) = (BitSet.Of(graph.Graph.VertexCount, assets.AsSpan()), new BitSet(endpoints));
        for (var endpoint = 0; endpoint < endpoints; endpoint++)
            if (graph.Map.AssetOfEndpoint(endpoint) is var asset and >= 0 && isAsset.Contains(asset)) isEnd.Add(endpoint);
        var rows = ImmutableArray.CreateBuilder<int>();
        for (var row = 0; row < links.Count; row++)
            if (links[row] is var link && (isEnd.Bit(link.From) | isEnd.Bit(link.To)) != 0 && link.Is(LinkMarks.Usable)) rows.Add(row);
        return rows.DrainToImmutable();
    }

    /// <summary>
    /// What cannot be cut and joins the two: of assets the conduits straight across, of conduits the way from a carrier to what hangs behind it.
    /// </summary>
    private ImmutableArray<string> Obstacles(PathGraph graph, ImmutableArray<int> targets)
    {
        const int Shown = 5;
        var (sources, ends) = (BitSet.Of(graph.Graph.VertexCount, From.AsSpan()), BitSet.Of(graph.Graph.VertexCount, targets.AsSpan()));
        var obstacles = new List<string>();
        for (var edge = 0; edge < graph.Graph.EdgeCount && obstacles.Count < Shown; edge++)
        {
            ref readonly var one = ref graph.Edge(edge);
            if (one.Class == EdgeClass.Member)
            {
                if (graph.Map.Assets[one.From] is { IsStandIn: false, Segments.Length: > 1 } from)
                    obstacles.Add($"{from.Label} lies in {string.Join(" and in ", from.Segments)}: what passes through it asks no rule");
            }
            else if (!sources.Contains(one.From)) continue;
            else if (one.Class == EdgeClass.Behind && Unit == CutUnit.Conduits)
                obstacles.Add($"{graph.Map.Assets[one.To].Label} hangs behind {graph.Map.Assets[one.From].Label}");
            else if (Unit == CutUnit.Assets && ends.Contains(one.To)) obstacles.Add($"no asset stands between: {new Conduit(graph.Map, one.Row)}");
        }

        return [.. obstacles.Distinct(StringComparer.Ordinal)];
    }
}

/// <summary>A conduit that a cut takes away.</summary>
public sealed record CutBreak(Conduit Conduit, double SessionsPerDay, bool IsLegitimate)
{
    /// <summary><c>3.3 sessions a day</c>; of less than a day's watching also what that is reckoned from.</summary>
    public string Rate
    {
        get
        {
            var (rate, (first, last)) = (string.Create(CultureInfo.InvariantCulture, $"{SessionsPerDay:0.#} sessions a day"), Conduit.Map.Watched);
            if (first.IsNever || last.IsNever || last - first >= TimeSpan.FromDays(1)) return rate;
            return string.Create(CultureInfo.InvariantCulture,
                $"about {rate} ({Conduit.Data.Established + Conduit.Data.Midstream} in {(last - first).TotalHours:0.#} h)");
        }
    }
}

/// <summary>What to take out: conduit rows, or asset numbers.</summary>
public sealed record CutAnswer
{
    public required CutUnit Unit { get; init; }

    /// <summary>Of several with the same cost the one nearest to the targets; empty where nothing needs, or can, be cut.</summary>
    public required ImmutableArray<int> Cut { get; init; }

    /// <summary>Targets that are sources, too: they stay within the intruder's reach whatever is cut.</summary>
    public required ImmutableArray<Asset> LeftOut { get; init; }

    /// <summary>A path joins the selections as things are.</summary>
    public required bool IsJoined { get; init; }

    public required bool IsPossible { get; init; }

    /// <summary>The reach was searched again without the cut, and held none of the targets.</summary>
    public required bool IsProven { get; init; }

    /// <summary>What stops working: wanted conduits first, the busiest first, a thousand at most.</summary>
    public required ImmutableArray<CutBreak> Breaks { get; init; }

    /// <summary>All conduits that stop working.</summary>
    public required int BreaksCount { get; init; }

    /// <summary>Every cut of the same cost, <see cref="Cut"/> included.</summary>
    public required ImmutableArray<ImmutableArray<int>> Alternatives { get; init; }

    public required bool AlternativesComplete { get; init; }

    /// <summary>Where no cut is possible: why.</summary>
    public required ImmutableArray<string> Obstacles { get; init; }

    public required CutOff CutOff { get; init; }

    public required CoverageAnswer Coverage { get; init; }
}
