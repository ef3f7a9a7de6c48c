using System.Collections.Immutable;
using ExposureMap.Hosting;
using ExposureMap.Output;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExposureMap.Api;

/// <summary>
/// <c>/api/coverage</c>: what was watched between each two segments, of each capture one row a stretch without a break, and how the interfaces
/// fare now. What lies between the stretches is blind.
/// </summary>
internal static class CoverageEndpoint
{
    public static void Map(IEndpointRouteBuilder api, ServiceParts parts) =>
        api.MapGet("/coverage", (string? from, string? to, [AsParameters] RowQuery query) => Coverage(parts, from, to, query))
            .WithSummary("What was watched, and with which loss.");

    private static Results<RowsResult<SegmentPairCoverage>, ProblemHttpResult> Coverage(ServiceParts parts, string? from, string? to, RowQuery query)
    {
        var now = parts.Publication.Current!;
        if (!TrySelect(now, from, out var sources, out var problem) || !TrySelect(now, to, out var targets, out problem))
            return Problems.BadRequest(problem);
        return new RowsResult<SegmentPairCoverage>("pairs", SegmentPairCoverage.Columns,
            SegmentPairCoverage.Of(now.Map, sources, targets), query, now.Map)
        {
            Besides = json => InterfaceColumns.Write(json, parts.Interfaces.Select(one => one.Report())),
        };
    }

    /// <summary>All, when nothing is selected.</summary>
    private static bool TrySelect(PublishedMap now, string? text, out HashSet<int>? assets, out string problem)
    {
        (assets, problem) = (null, "");
        if (text is null) return true;
        if (!PathEndpoints.TrySelect(now, now.Paths, text, out ImmutableArray<int> selected, out problem)) return false;
        assets = [.. selected];
        return true;
    }
}
