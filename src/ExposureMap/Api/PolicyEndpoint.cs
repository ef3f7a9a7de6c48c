using ExposureMap.Graph.Findings;
using ExposureMap.Hosting;
using ExposureMap.Output;

namespace ExposureMap.Api;

/// <summary><c>/api/policy</c>: what passed between segments against what may, what broke the policy first.</summary>
internal static class PolicyEndpoint
{
    public static void Map(IEndpointRouteBuilder api, Publication publication) =>
        api.MapGet("/policy", ([AsParameters] RowQuery query) => Policy(publication.Current!, query))
            .WithSummary("Every service between two segments: allowed, lapsed, outside the policy, or allowed and never seen.");

    private static RowsResult<ZoneFlow> Policy(PublishedMap now, RowQuery query)
    {
        var matrix = new ZoneMatrix(now.Map);
        return new("policy", PolicyColumns.All, PolicyColumns.RowsOf(matrix), query,
            now.Map)
        { Besides = json => PolicyColumns.WriteDeclared(json, matrix) };
    }
}
