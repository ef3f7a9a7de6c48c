using Microsoft.AspNetCore.Http.HttpResults;

namespace ExposureMap.Api;

/// <summary>Refusals, all as <c>application/problem+json</c> (RFC 9457).</summary>
internal static class Problems
{
    public static ProblemHttpResult BadRequest(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult NotReady() =>
        TypedResults.Problem("The stored map is still being read.", statusCode: StatusCodes.Status503ServiceUnavailable);
}
