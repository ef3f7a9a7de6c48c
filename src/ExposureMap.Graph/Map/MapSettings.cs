using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>What a site says about itself, against which the map is read.</summary>
public sealed record MapSettings
{
    public static readonly MapSettings Default = new();

    /// <summary>Empty: segments are inferred.</summary>
    public SegmentTable Segments { get; init; } = SegmentTable.Empty;

    public SegmentPolicy Policy { get; init; } = SegmentPolicy.Undeclared;

    /// <summary>Vendors' services whose ports no public list knows; the first that fits names a conduit whose payload told nothing.</summary>
    public ImmutableArray<SiteService> Catalogue { get; init; } = [];

    public PivotTable Pivot { get; init; } = PivotTable.Default;
}
