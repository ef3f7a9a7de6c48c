using ExposureMap.Hosting;
using ExposureMap.Telemetry;
using Microsoft.AspNetCore.HostFiltering;
using Prometheus;

namespace ExposureMap.Api;

/// <summary>Everything that is served: read-only, loopback only, the same rows as the commands print. One file a resource.</summary>
internal static class ReadApi
{
    /// <summary>Names a browser may know this address by. Any other is a foreign page that points its own name here (DNS rebinding).</summary>
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "[::1]"];

    public static void AddServices(IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddOpenApi("v1");
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        services.AddHostFiltering(options =>
        {
            options.AllowedHosts = Hosts;
            options.AllowEmptyHosts = false;
            options.IncludeFailureMessage = false;
        });
    }

    public static void Map(WebApplication app, ServiceParts parts)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseHostFiltering();
        app.UseRequestTimeouts();

        var api = app.MapGroup("/api")
            .AddEndpointFilter(async (context, next) => parts.Publication.Current is null ? Problems.NotReady() : await next(context))
            .AddEndpointFilter(KnownParameters.Check);
        FindingEndpoints.Map(api, parts.Publication);
        PathEndpoints.Map(api, parts.Publication);
        CutEndpoints.Map(api, parts.Publication);
        TableEndpoints.Map(api, parts.Publication);
        PolicyEndpoint.Map(api, parts.Publication);
        CoverageEndpoint.Map(api, parts);
        ExportEndpoint.Map(api, parts.Publication);
        HealthEndpoint.Map(app, parts);
        FrontPage.Map(app, parts);
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapMetrics("/metrics", new ServiceMetrics(parts).Registry)
            .WithMetadata(new Microsoft.AspNetCore.Routing.ExcludeFromDescriptionAttribute());
    }
}
