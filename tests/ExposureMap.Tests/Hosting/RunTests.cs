using System.Globalization;
using System.Text.Json;
using ExposureMap.Capture.Tests;
using ExposureMap.Tests.Commands;
using Xunit;

namespace ExposureMap.Tests.Hosting;

/// <summary>The service as it runs at a site: on a mirrored port, killed, cut off, stopped.</summary>
public sealed class RunTests : IDisposable
{
    private static readonly string Capture = Path.Combine(Repository.Root, "graphs", "utility-under-attack", "traffic.pcap");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap-run-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_MirroredTraffic_SeesEveryPacketAndTellsFindings()
    {
        using var mirrored = MirroredNetwork.Create();
        using var service = ServiceProcess.Start(mirrored.Network, _folder.FullName);
        var log = Path.Combine(_folder.FullName, "findings.ndjson");
        var sent = mirrored.Replay(Capture);

        Assert.True(
            service.Becomes(() => File.Exists(log) && File.ReadLines(log).Any(line => line.Contains("\"EM001\"", StringComparison.Ordinal)), 10),
            service.Log);
        Assert.True(service.Becomes(() => service.Interface().GetProperty("accounted").GetInt64() == sent), service.Get("/health"));

        Assert.True(service.Becomes(() => service.Log.Contains("New finding, critical: EM001", StringComparison.Ordinal)), service.Log);
        var seen = service.Interface();
        Assert.Equal(sent, seen.GetProperty("received").GetInt64());
        Assert.Equal("live", seen.GetProperty("state").GetString());
        Assert.Equal(0, Dropped(seen));
        Assert.StartsWith("hall-7:span@", service.Json("/api/coverage").GetProperty("coverage")[0].GetProperty("capture").GetString(),
            StringComparison.Ordinal);

        AssertMetrics(service, sent);
    }

    [Fact]
    public void Run_PathThatTheBaselineDoesNotHave_IsAFinding()
    {
        var usual = Path.Combine(Repository.Root, "tests", "Samples", "protocols", "modbus.pcap");
        Assert.Equal(0, ProgramRun.Of($"analyze {usual} --map map.db --format csv", _folder.FullName).ExitCode);
        Assert.Equal(0, ProgramRun.Of("baseline set monday --map map.db", _folder.FullName).ExitCode);
        using var mirrored = MirroredNetwork.Create();
        using var service = ServiceProcess.Start(mirrored.Network, _folder.FullName);
        var log = Path.Combine(_folder.FullName, "findings.ndjson");
        Assert.True(service.Becomes(() => service.Log.Contains("New paths are told against baseline monday", StringComparison.Ordinal)), service.Log);

        mirrored.Replay(Capture);

        Assert.True(
            service.Becomes(() =>
                File.Exists(log) && File.ReadLines(log).Any(line => line.Contains("\"EM015-10.10.1.20-dmz\"", StringComparison.Ordinal)), 10),
            service.Log);
    }

    [Fact]
    public void Run_KilledAndStartedAgain_KeepsTheMapAndTellsNoFindingTwice()
    {
        using var mirrored = MirroredNetwork.Create();
        string[] conduits;
        using (var service = ServiceProcess.Start(mirrored.Network, _folder.FullName))
        {
            var sent = mirrored.Replay(Capture);
            Assert.True(service.Becomes(() => service.Interface().GetProperty("accounted").GetInt64() == sent));
            Thread.Sleep(TimeSpan.FromSeconds(6));             // five seconds may be lost
            conduits = Conduits(service);
            service.Kill();
        }

        Assert.NotEmpty(conduits);
        var told = File.ReadAllLines(Path.Combine(_folder.FullName, "findings.ndjson"));
        using var again = ServiceProcess.Start(mirrored.Network, _folder.FullName);

        Assert.Equal(conduits, Conduits(again));
        Assert.Equal(told, File.ReadAllLines(Path.Combine(_folder.FullName, "findings.ndjson")));
        Assert.DoesNotContain("New finding", again.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be evaluated", again.Log, StringComparison.Ordinal);
        Assert.Equal(told.Length, again.Json("/api/findings").GetProperty("findings").GetArrayLength());
        Assert.True(again.Becomes(() => again.Json("/api/coverage").GetProperty("coverage").GetArrayLength() == 2),
            "the time between the two watches shows as a gap");
    }

    [Fact]
    public void Run_InterfaceVanishesAndReturns_IsMissingThenLiveAndTheGapIsKept()
    {
        using var mirrored = MirroredNetwork.Create();
        using var service = ServiceProcess.Start(mirrored.Network, _folder.FullName);

        Assert.True(mirrored.RemoveSpan());
        Assert.True(service.Becomes(() => service.Interface().GetProperty("state").GetString() == "missing"), service.Log);
        Assert.Equal("degraded", service.Json("/health").GetProperty("status").GetString());
        Assert.True(mirrored.AddSpan());
        Assert.True(service.Becomes(() => service.Interface().GetProperty("state").GetString() == "live", 40), service.Log);

        Assert.Equal(2, service.Interface().GetProperty("openings").GetInt32());
        Assert.Contains("span is missing", service.Log, StringComparison.Ordinal);
        Assert.True(service.Becomes(() => service.Json("/api/coverage").GetProperty("coverage").GetArrayLength() == 2));
        Assert.Contains("span", service.Json("/api/coverage").GetProperty("coverage")[0].GetProperty("problem").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Terminated_SavesTheLastSecondsAndEndsWithinThree()
    {
        using var mirrored = MirroredNetwork.Create();
        using var service = ServiceProcess.Start(mirrored.Network, _folder.FullName);
        var sent = mirrored.Replay(Path.Combine(Repository.Root, "tests", "Samples", "protocols", "modbus.pcap"));
        Assert.True(service.Becomes(() => service.Interface().GetProperty("received").GetInt64() == sent));

        var (code, took) = service.Terminate();

        Assert.Equal(0, code);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        using var again = ServiceProcess.Start(mirrored.Network, _folder.FullName);
        Assert.NotEmpty(Conduits(again));
    }

    [Fact]
    public void Run_WithoutTheCapability_SaysHowToGrantItAndEndsWithOne()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "Dropping a capability needs root and setpriv.");
        var (code, said) =
            ServiceProcess.RunToEnd("setpriv", $"--bounding-set=-net_raw {ServiceProcess.Executable} run -i lo --map map.db", _folder.FullName);

        Assert.Equal(1, code);
        Assert.Contains("setcap cap_net_raw+ep", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", 1, "no interface to capture")]
    [InlineData("run -i exm-none --map map.db", 1, "no such interface; there are")]
    [InlineData("run -i lo --map map.db --listen 192.0.2.1:8470", 2, "not a loopback address")]
    public void Run_WhatCannotWork_IsRefusedWithTheReason(string arguments, int expected, string reason)
    {
        var (code, said) = ServiceProcess.RunToEnd(ServiceProcess.Executable, arguments, _folder.FullName);

        Assert.Equal(expected, code);
        Assert.True(said.Contains(reason, StringComparison.Ordinal) || said.Contains("CAP_NET_RAW", StringComparison.Ordinal), said);
    }

    private static void AssertMetrics(ServiceProcess service, int sent)
    {
        var metrics = service.Get("/metrics").Split('\n').Where(line => line.StartsWith("exposuremap_", StringComparison.Ordinal))
            .Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        Assert.Equal(sent, metrics["exposuremap_capture_received_total{interface=\"span\"}"]);
        Assert.Equal(sent, metrics["exposuremap_capture_accounted_total{interface=\"span\"}"]);
        Assert.Equal(sent, metrics.Where(one => one.Key.StartsWith("exposuremap_frames_total", StringComparison.Ordinal)).Sum(one => one.Value));
        Assert.Equal(1, metrics["exposuremap_capture_state{interface=\"span\",state=\"live\"}"]);
        Assert.Equal(1, metrics["exposuremap_capture_openings_total{interface=\"span\"}"]);
        Assert.True(metrics["exposuremap_conversations_total"] > 0);
        Assert.True(metrics["exposuremap_conversations_open"] > 0);
        Assert.True(metrics["exposuremap_assets"] > 0);
        Assert.True(metrics["exposuremap_conduits"] > 0);
        Assert.True(metrics["exposuremap_map_build_seconds"] > 0);
        Assert.True(metrics["exposuremap_map_age_seconds"] is > 0 and < 30);
        Assert.True(metrics["exposuremap_findings{severity=\"critical\",accepted=\"false\"}"] > 0);
        Assert.True(service.Becomes(() => !service.Get("/metrics").Contains("exposuremap_store_save_seconds_count 0", StringComparison.Ordinal)));
    }

    private static long Dropped(JsonElement seen) =>
        new[] { "dropped_kernel", "dropped_interface", "dropped_queue", "dropped_fault" }.Sum(name => seen.GetProperty(name).GetInt64());

    private static string[] Conduits(ServiceProcess service) =>
        [.. service.Json("/api/conduits?limit=100000").GetProperty("conduits").EnumerateArray().Select(one => one.GetRawText())];
}
