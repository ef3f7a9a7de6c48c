using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>A conduit between two segments, the segments being those of its addresses.</summary>
internal readonly record struct Crossing(int Row, Segment From, Segment To)
{
    public bool EntersField => To.Kind.IsField() && !From.Kind.IsField();

    public bool LeavesField => From.Kind.IsField() && !To.Kind.IsField();
}

/// <summary>What rules look at: one snapshot, and the searches over it that several rules share, each made when first asked for.</summary>
public sealed class FindingContext
{
    private readonly IEnumerable<AcceptedFinding> _accepted;
    private readonly Lazy<PathGraph> _paths;
    private readonly Lazy<ImmutableArray<Crossing>> _crossings;
    private readonly Lazy<ItReach> _itReach;
    private readonly Lazy<CheapestPaths> _toField;
    private readonly Lazy<ImmutableArray<int>> _newEdges;

    public FindingContext(MapSnapshot map, IEnumerable<AcceptedFinding>? accepted = null, PathGraph? paths = null, CancellationToken stop = default)
    {
        (Map, Stop, _accepted) = (map, stop, accepted ?? []);
        Acceptances = new(map, _accepted);
        _paths = new(() => paths ?? PathGraph.Of(map));
        _crossings = new(ReadCrossings);
        _itReach = new(() => new(Paths, stop));
        _toField = new(() => CheapestPaths.Backward(Paths.Graph, FieldIn(map), Paths.Gone, stop: stop));
        _newEdges = new(() => [.. NewPaths.EdgesOf(this)]);
    }

    public MapSnapshot Map { get; }

    /// <summary>What new paths are told against; none are without it.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>A finding whose path was not seen for longer is closed.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.MaxValue;

    public PathGraph Paths => _paths.Value;

    internal CancellationToken Stop { get; }

    internal Acceptances Acceptances { get; }

    internal ItReach ItReach => _itReach.Value;

    /// <summary>From where the field is reached, most cheaply.</summary>
    internal CheapestPaths ToField => _toField.Value;

    /// <summary>No other edges can be new against the baseline; null where that is not known.</summary>
    internal IReadOnlyCollection<int>? Suspects { get; private init; }

    /// <summary>Edges on a way from IT into the field of conduits that the baseline does not have.</summary>
    internal ImmutableArray<int> NewEdges => _newEdges.Value;

    /// <summary>Conduits between machines of different segments, whatever their outcome, in the order of their rows.</summary>
    internal ImmutableArray<Crossing> Crossings => _crossings.Value;

    /// <summary>The same question of the map as it is now.</summary>
    internal FindingContext Over(PathGraph paths, IReadOnlyCollection<int>? suspects) =>
        new(paths.Map, _accepted, paths, Stop) { Baseline = Baseline, Age = Age, Suspects = suspects };

    /// <summary>Numbers of the assets that something real hangs on.</summary>
    internal static int[] FieldIn(MapSnapshot map) =>
        [.. Enumerable.Range(0, map.Assets.Length).Where(id => map.KindOf(id).IsField() && !map.Assets.IsDevice(id))];

    private ImmutableArray<Crossing> ReadCrossings()
    {
        var crossings = ImmutableArray.CreateBuilder<Crossing>();
        for (var row = 0; row < Map.Record.Conduits.Count; row++)
        {
            ref readonly var conduit = ref Map.Record.Conduits[row];
            var (from, to) = (Map.SegmentOfEndpoint(conduit.From), Map.SegmentOfEndpoint(conduit.To));
            if (from == to || conduit.Conversations == 0) continue;
            if (Map.AssetOfEndpoint(conduit.From) < 0 || Map.AssetOfEndpoint(conduit.To) < 0) continue;
            crossings.Add(new(row, from, to));
        }

        return crossings.DrainToImmutable();
    }
}

public static class FieldKinds
{
    /// <summary>Where machines move something real: what the rules protect.</summary>
    public static bool IsField(this SegmentKind kind) => kind is SegmentKind.Ot or SegmentKind.Metering;
}
