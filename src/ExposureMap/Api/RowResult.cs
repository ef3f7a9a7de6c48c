using System.Collections.Immutable;
using System.Reflection;
using ExposureMap.Output;
using Microsoft.AspNetCore.Http.Metadata;

namespace ExposureMap.Api;

/// <summary>One row as a JSON object.</summary>
internal sealed class RowResult<T>(ImmutableArray<Column<T>> columns, T row) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, null, ["application/json"]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var octets = new MemoryStream();
        using (var writer = new RowWriter<T>(octets, RowFormat.Ndjson, "", columns)) writer.Write(row);
        httpContext.Response.ContentType = "application/json";
        await httpContext.Response.Body.WriteAsync(octets.GetBuffer().AsMemory(0, (int)octets.Length), httpContext.RequestAborted);
    }
}
