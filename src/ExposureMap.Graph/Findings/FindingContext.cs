using ExposureMap.Graph.Map;

namespace ExposureMap.Graph.Findings;

/// <summary>What rules look at: one snapshot, and the searches over it that several rules share.</summary>
public sealed class FindingContext(MapSnapshot map)
{
    public MapSnapshot Map { get; } = map;
}
