namespace ExposureMap.Api;

/// <summary>Headers on every answer, errors included: names from the network are data, whatever a browser would like to make of them.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    public const string NoContent = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        context.Response.OnStarting(() =>
        {
            headers.TryAdd("Content-Security-Policy", NoContent);
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-store";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.XFrameOptions = "DENY";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
