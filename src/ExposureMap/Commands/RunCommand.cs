using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using ExposureMap.Capture.Sources;
using ExposureMap.Configuration;
using ExposureMap.Hosting;
using ExposureMap.Store;
using ExposureMap.Telemetry;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap run</c>: the hosted service, until it is told to stop.</summary>
internal static class RunCommand
{
    public static readonly TimeSpan LongestStop = ServiceHost.LongestStop + TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var interfaces =
            new Option<string[]>("--interface",
                "-i")
            { Description = "an interface to capture; again for more; without any, those of the configuration", HelpName = "IFACE" };
        var config =
            new Option<string?>("--config")
            {
                Description = "the site's configuration (exposuremap.yaml in the working directory if it is there)",
                HelpName = "FILE"
            };
        var map = new Option<string?>("--map")
        {
            Description = "where the map is kept; without it, the configuration's store, or exposuremap.db",
            HelpName = "FILE"
        };
        var listen =
            new Option<string?>("--listen")
            {
                Description = "the loopback address of the pages and the API, 127.0.0.1:8470 by default",
                HelpName = "ADDR"
            };
        var command =
            new Command("run", "The hosted service: captures live, keeps the map, raises findings, serves pages and a read-only API.") { interfaces,
                config, map, listen };
        command.SetAction((parsed, stop) =>
        {
            var site = MapOptions.LoadSite(parsed.GetValue(config));
            if (parsed.GetValue(map) is { } path) site = site with { Store = path };
            if (parsed.GetValue(listen) is { } address) site = site with { Listen = Endpoint(address) };
            return RunAsync(WithInterfaces(site, parsed.GetValue(interfaces) ?? []), MapOptions.TextOfSite(parsed.GetValue(config)), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(SiteConfiguration site, string? configuration, CancellationToken stop)
    {
        if (site.Capture.Interfaces.IsEmpty)
            throw new InputException(
                "no interface to capture: name one with -i, or in the configuration under 'capture'. 'exposuremap interfaces' lists them.");
        ThrowIfNothingCanBeCaptured(site.Capture.Interfaces);
        var store = MapStore.Open(site.Store);
        if (configuration is not null) store.Configuration = configuration;
        await using var app = ServiceHost.Build(site, store);
        var parts = app.Services.GetRequiredService<ServiceParts>();
        parts.FindingsLog.Recall();
        foreach (var one in parts.Interfaces) one.OpenFirst();
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException taken)
        {
            throw new InputException($"{site.Listen}: cannot be listened on: {taken.Message}");
        }

        app.Logger.ServiceStarted(string.Join(", ", parts.Interfaces.Select(one => one.Name)), site.Store, string.Join(", ", app.Urls));
        await app.WaitForShutdownAsync(stop);
        var reports = parts.Interfaces.Select(one => one.Report()).ToList();
        app.Logger.ServiceStopped(reports.Sum(one => one.Accounted), reports.Sum(one => one.Dropped), parts.Pipeline.Map.Conduits);
        return parts.Workers.Any(worker => worker.ExecuteTask is { IsFaulted: true }) ? ExitCode.BadInput : ExitCode.Done;
    }

    /// <summary>What is given on the command line rules; what the configuration says of that interface holds.</summary>
    private static SiteConfiguration WithInterfaces(SiteConfiguration site, string[] names)
    {
        if (names.Length == 0) return site;
        ImmutableArray<InterfaceSettings> chosen =
            [.. names.Distinct(StringComparer.Ordinal)
                .Select(name => site.Capture.Interfaces.FirstOrDefault(one => one.Name == name) ?? new InterfaceSettings(name))];
        return site with { Capture = site.Capture with { Interfaces = chosen } };
    }

    /// <summary>One that is missing is waited for; that all are missing is a mistake.</summary>
    private static void ThrowIfNothingCanBeCaptured(ImmutableArray<InterfaceSettings> wanted)
    {
        var found = Interfaces.List();
        if (found.FirstOrDefault(one => !one.CanCapture) is { } refused) throw new CaptureException(refused.Problem!);
        if (wanted.Any(one => one.Name == "any" || found.Any(there => there.Name == one.Name))) return;
        throw new CaptureException(
            $"{string.Join(", ", wanted.Select(one => one.Name))}: no such interface; there are {string.Join(", ", found.Select(one => one.Name))}");
    }

    private static IPEndPoint Endpoint(string text) =>
        Forms.Listen(text, out var endpoint, out var problem) ? endpoint : throw new UsageException($"--listen {text}: {problem}");
}
