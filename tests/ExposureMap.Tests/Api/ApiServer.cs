using System.Net;
using ExposureMap.Capture.Tests;
using ExposureMap.Configuration;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Hosting;
using ExposureMap.Ingest;
using ExposureMap.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExposureMap.Tests.Api;

/// <summary>The service on a free port, with the map of a real site in its store and no interface to capture.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    public const string HostileName = "<script>alert(1)</script>\"'&";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap-api-");
    private WebApplication? _app;

    public HttpClient Client { get; } = new();

    internal ServiceParts Parts => _app!.Services.GetRequiredService<ServiceParts>();

    public string StorePath => Path.Combine(_folder.FullName, "map.db");

    public string FindingsPath => Path.Combine(_folder.FullName, "findings.ndjson");

    public async ValueTask InitializeAsync()
    {
        var graph = Path.Combine(Repository.Root, "graphs", "utility-under-attack");
        var declared = ConfigurationFile.Load(Path.Combine(graph, "exposuremap.yaml")).Configuration!;
        var site = declared with
        {
            Listen = new(IPAddress.Loopback, 0),
            FindingsLog = FindingsPath,
            Accepted = [.. declared.Accepted, new("EM001", "moved away") { From = "10.9.9.9", To = "10.9.9.10" }],
        };
        var map = new LiveMap();
        MapReading.Into(map, [Path.Combine(graph, "traffic.pcap")], isKept: false, CancellationToken.None);
        Assert.True(Address.TryParse("10.10.4.20", out var workstation));
        map.OnFact(new(workstation, FactKind.Name, HostileName, "dhcp", Certainty.Own, new("traffic.pcap", 1, 1, default, default)));
        using (var store = MapStore.Open(StorePath)) store.Save(map.Freeze());

        _app = ServiceHost.Build(site, MapStore.Open(StorePath));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Client.BaseAddress = new(_app.Urls.Single());
        for (var wait = 0; Parts.Publication.Current is null && wait < 600; wait++) await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
