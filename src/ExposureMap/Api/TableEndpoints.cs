using ExposureMap.Graph.Map;
using ExposureMap.Hosting;
using ExposureMap.Output;

namespace ExposureMap.Api;

/// <summary>The tables of the map as it is: <c>/api/assets</c>, <c>/api/conduits</c>, <c>/api/segments</c>.</summary>
internal static class TableEndpoints
{
    public static void Map(IEndpointRouteBuilder api, Publication publication)
    {
        api.MapGet("/assets", ([AsParameters] RowQuery query) => Assets(publication.Current!.Map, query))
            .WithSummary("The machines and devices seen.");
        api.MapGet("/conduits", ([AsParameters] RowQuery query) => Conduits(publication.Current!.Map, query)).WithSummary("Who asked what of whom.");
        api.MapGet("/segments", ([AsParameters] RowQuery query) => Segments(publication.Current!.Map, query))
            .WithSummary("The segments, declared or inferred.");
    }

    private static RowsResult<Asset> Assets(MapSnapshot map, RowQuery query) =>
        new("assets", AssetColumns.Of(map), AssetColumns.RowsOf(map), query, map);

    private static RowsResult<Conduit> Conduits(MapSnapshot map, RowQuery query) =>
        new("conduits", ConduitColumns.All, ConduitColumns.RowsOf(map), query, map);

    private static RowsResult<SegmentRow> Segments(MapSnapshot map, RowQuery query) =>
        new("segments", SegmentColumns.All, SegmentColumns.RowsOf(map), query, map);
}
