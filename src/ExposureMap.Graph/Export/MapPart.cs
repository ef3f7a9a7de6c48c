using System.Collections.Immutable;
using ExposureMap.Graph.Map;

namespace ExposureMap.Graph.Export;

/// <summary>What is exported of a map: everything, or what lies on the given paths.</summary>
public sealed record MapPart(MapSnapshot Map, ImmutableArray<Asset> Assets, ImmutableArray<Conduit> Conduits)
{
    /// <summary>Assets by number, conduits by ends and service: the same map gives the same order.</summary>
    public static MapPart Of(MapSnapshot map, DiagramOptions options)
    {
        var conduits = map.Conduits.OrderBy(conduit => conduit.FromAddress).ThenBy(conduit => conduit.ToAddress)
            .ThenBy(conduit => conduit.Service.ToString(), StringComparer.Ordinal).ThenBy(conduit => conduit.Row);
        if (options.Scope != DiagramScope.Paths) return new(map, [.. map.Assets], [.. conduits]);
        var overlay = new PathOverlay(options.Paths);
        return new(map, [.. map.Assets.Where(overlay.Passes)], [.. conduits.Where(conduit => overlay.Covers(conduit.Row))]);
    }
}
