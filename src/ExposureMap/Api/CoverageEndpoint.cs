using ExposureMap.Hosting;
using ExposureMap.Output;

namespace ExposureMap.Api;

/// <summary><c>/api/coverage</c>: what was watched, one row a stretch without a break, and how the interfaces fare now. What lies between the stretches is blind.</summary>
internal static class CoverageEndpoint
{
    public static void Map(IEndpointRouteBuilder api, ServiceParts parts) =>
        api.MapGet("/coverage", () => new JsonResult(StatusCodes.Status200OK, json =>
        {
            Coverage.WriteComplete(json, parts.Publication.Current!.Map);
            InterfaceColumns.Write(json, parts.Interfaces.Select(one => one.Report()));
        })).WithSummary("What was watched, and with which loss.");
}
