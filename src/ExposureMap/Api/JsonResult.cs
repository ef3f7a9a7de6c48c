using System.Buffers;
using System.Text.Json;

namespace ExposureMap.Api;

/// <summary>A JSON object that is no table.</summary>
internal sealed class JsonResult(int status, Action<Utf8JsonWriter> write) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var octets = new ArrayBufferWriter<byte>(1024);
        await using (var json = new Utf8JsonWriter(octets))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "application/json";
        await httpContext.Response.Body.WriteAsync(octets.WrittenMemory, httpContext.RequestAborted);
    }
}
