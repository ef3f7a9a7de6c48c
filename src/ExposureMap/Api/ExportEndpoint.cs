using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExposureMap.Api;

/// <summary>A form the whole map can be had in.</summary>
internal sealed record ExportFormat(string Name, string ContentType, Action<MapSnapshot, Stream> Write);

/// <summary><c>/api/export/{format}</c>.</summary>
internal static class ExportEndpoint
{
    /// <summary>A new format is a line here.</summary>
    public static ImmutableArray<ExportFormat> Formats { get; } = [];

    public static void Map(IEndpointRouteBuilder api, Publication publication) =>
        api.MapGet("/export/{format}", (string format) => Export(publication.Current!.Map, format)).WithSummary("The whole map in one of several forms.").ProducesProblem(StatusCodes.Status404NotFound);

    private static Results<FileContentHttpResult, ProblemHttpResult> Export(MapSnapshot map, string name)
    {
        if (Formats.FirstOrDefault(one => one.Name == name) is not { } format)
            return Problems.NotFound($"There is no such format; there are {string.Join(", ", Formats.Select(one => one.Name))}.");
        using var octets = new MemoryStream();
        format.Write(map, octets);
        return TypedResults.File(octets.ToArray(), format.ContentType);
    }
}
