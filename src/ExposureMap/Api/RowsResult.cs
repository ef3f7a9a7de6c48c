using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Output;
using Microsoft.AspNetCore.Http.Metadata;

namespace ExposureMap.Api;

/// <summary>Rows as the commands print them, with their coverage. Bounded: what was cut off is said.</summary>
internal sealed class RowsResult<T>(string plural, ImmutableArray<Column<T>> columns, IEnumerable<T> rows, RowQuery query, MapSnapshot map) : IResult,
    IEndpointMetadataProvider
{
    private const int LargestLimit = 100_000;

    /// <summary>What bounded the search that gave the rows.</summary>
    public CutOff CutOff { get; init; }

    /// <summary>What the search can say of its coverage; null for plain tables.</summary>
    public CoverageAnswer? Worth { get; init; }

    /// <summary>What else the answer tells, beside its rows; null for nothing.</summary>
    public Action<Utf8JsonWriter>? Besides { get; init; }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, null, ["application/json", "application/x-ndjson", "text/csv"]));
        builder.Metadata.Add(
            new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails),
                ["application/problem+json"]));
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var limit = query.Most;
        if (limit is < 1 or > LargestLimit) return Problems.BadRequest($"limit must be between 1 and {LargestLimit}").ExecuteAsync(httpContext);
        return (query.Format ?? "json") switch
        {
            "json" => WriteAsync(httpContext, RowFormat.Json, "application/json", limit),
            "ndjson" => WriteAsync(httpContext, RowFormat.Ndjson, "application/x-ndjson", limit),
            "csv" => WriteAsync(httpContext, RowFormat.Csv, "text/csv; charset=utf-8", limit),
            _ => Problems.BadRequest("format must be json, ndjson or csv").ExecuteAsync(httpContext),
        };
    }

    private async Task WriteAsync(HttpContext http, RowFormat format, string contentType, int limit)
    {
        using var octets = new MemoryStream();
        using (var writer = new RowWriter<T>(octets, format, plural, columns))
        {
            var isCut = false;
            foreach (var row in rows)
            {
                http.RequestAborted.ThrowIfCancellationRequested();
                isCut = writer.Count == limit;
                if (isCut) break;
                writer.Write(row);
            }

            writer.End(json =>
            {
                if (Worth is not null) AnswerWorth.Write(json, Worth);
                Coverage.Write(json, map);
                Besides?.Invoke(json);
                var cutOff = isCut ? CutOff.Results : CutOff;
                json.WriteBoolean("complete", cutOff == CutOff.None);
                if (cutOff != CutOff.None) json.WriteString("cut_off", cutOff.ToString().ToLowerInvariant());
            });
        }

        http.Response.ContentType = contentType;
        http.Response.ContentLength = octets.Length;
        await http.Response.Body.WriteAsync(octets.GetBuffer().AsMemory(0, (int)octets.Length), http.RequestAborted);
    }
}
