using System.Net;
using ExposureMap.Api;
using ExposureMap.Configuration;
using ExposureMap.Store;

namespace ExposureMap.Hosting;

/// <summary>The service as a host: the parts, the read-only API and what operates them. The one place that knows dependency injection.</summary>
internal static class ServiceHost
{
    /// <summary>Longer than every thread needs for its last frames and the store for its last save.</summary>
    public static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(15);

    private const int LargestBody = 1024;                      // octets; nothing is ever posted
    private const int LargestHeaders = 16 * 1024;
    private const int MostConnections = 64;
    private static readonly TimeSpan SlowestRequest = TimeSpan.FromSeconds(10);

    public static WebApplication Build(SiteConfiguration site, MapStore store)
    {
        if (!IPAddress.IsLoopback(site.Listen.Address))
            throw new ArgumentException("The API has no login and listens on loopback addresses only.", nameof(site));
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();                 // exuberant defaults: what rules is exposuremap.yaml
        AddLogging(builder.Logging);
        builder.Services.AddSystemd();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = LongestStop);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(site.Listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = SlowestRequest;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        });
        builder.Services.AddRequestTimeouts(options =>
            options.DefaultPolicy = new() { Timeout = SlowestRequest, TimeoutStatusCode = StatusCodes.Status504GatewayTimeout });
        ReadApi.AddServices(builder.Services);
        builder.Services.AddSingleton(services =>
            new ServiceParts(site, store, TimeProvider.System, services.GetRequiredService<ILoggerFactory>().CreateLogger("exposuremap")));
        AddWorkers(builder.Services, ServiceParts.WorkersBesideInterfaces + site.Capture.Interfaces.Length);

        var app = builder.Build();
        ReadApi.Map(app, app.Services.GetRequiredService<ServiceParts>());
        return app;
    }

    /// <summary>AddHostedService would keep only one of several interfaces.</summary>
    private static void AddWorkers(IServiceCollection services, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var number = index;
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ServiceParts>().Workers.ElementAt(number));
        }
    }

    private static void AddLogging(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddFilter("Microsoft", LogLevel.Warning);
    }
}
