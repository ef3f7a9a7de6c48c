using ExposureMap.Graph.Findings;
using ExposureMap.Hosting;
using ExposureMap.Output;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExposureMap.Api;

/// <summary><c>/api/findings</c>, worst first, and <c>/api/findings/{id}</c>.</summary>
internal static class FindingEndpoints
{
    public static void Map(IEndpointRouteBuilder api, Publication publication)
    {
        api.MapGet("/findings", (string? severity, [AsParameters] RowQuery query) => All(publication.Current!, severity, query))
            .WithSummary("The findings, worst first; severity is the least one shown.");
        api.MapGet("/findings/{id}", (string id) => One(publication.Current!, id)).WithSummary("One finding.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Results<RowsResult<Finding>, ProblemHttpResult> All(PublishedMap now, string? severity, RowQuery query)
    {
        var least = Severity.Info;
        if (severity is not null && !SeverityWords.TryParse(severity, out least))
            return Problems.BadRequest("severity must be critical, high, medium, low or info");
        return new RowsResult<Finding>("findings", FindingColumns.All, now.Findings.Where(finding => finding.Severity >= least), query, now.Map)
        {
            Besides = json => FindingsOutput.WriteWarnings(json, now.Warnings),
        };
    }

    private static Results<RowResult<Finding>, ProblemHttpResult> One(PublishedMap now, string id) =>
        now.Findings.FirstOrDefault(finding => finding.Id == id) is { } found
            ? new RowResult<Finding>(FindingColumns.All, found)
            : Problems.NotFound("There is no finding of this id now.");
}
