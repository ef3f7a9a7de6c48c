using ExposureMap.Commands;
using ExposureMap.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExposureMap.Api;

/// <summary><c>/api/export/{format}</c>. One export at a time: each holds a whole map, and a picture is another program's work.</summary>
internal static class ExportEndpoint
{
    public static void Map(IEndpointRouteBuilder api, Publication publication)
    {
        var turn = new SemaphoreSlim(1);
        api.MapGet("/export/{format}", (string format, HttpContext http) => Export(publication.Current!, format, turn, http.RequestAborted))
            .WithSummary("The whole map in one of several forms.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Export(PublishedMap now, string name,
        SemaphoreSlim turn, CancellationToken stop)
    {
        if (ExportFormat.All.FirstOrDefault(one => one.Name == name) is not { } format)
            return Problems.NotFound($"There is no such format; there are {string.Join(", ", ExportFormat.All.Select(one => one.Name))}.");
        await turn.WaitAsync(stop);
        try
        {
            using var octets = new MemoryStream();
            await format.Write(now, octets, stop);
            return TypedResults.File(octets.ToArray(), format.ContentType);
        }
        catch (InputException impossible)
        {
            return TypedResults.Problem(impossible.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            turn.Release();
        }
    }
}
