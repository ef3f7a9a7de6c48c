using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ExposureMap.Capture.Tests.Sources;
using Xunit;

namespace ExposureMap.Tests.Hosting;

/// <summary>The real service as a process of its own, in a network of its own.</summary>
internal sealed class ServiceProcess : IDisposable
{
    public const string Configuration = """
        segments:
          - name: corporate
            kind: it
            prefixes: [10.10.0.0/16]
          - name: dmz
            kind: dmz
            prefixes: [10.20.0.0/24]
          - name: substation-7
            kind: ot
            prefixes: [10.70.0.0/16]
          - name: ami
            kind: metering
            prefixes: [10.90.0.0/20, 10.91.0.0/16]
        capture:
          sensor: hall-7
        findings:
          log: findings.ndjson
        """;

    private const int Port = 8470;
    private readonly NetworkNamespace _network;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();

    private ServiceProcess(NetworkNamespace network, Process process) => (_network, _process) = (network, process);

    public string Log => string.Join('\n', _log);

    /// <summary>Starts it in a folder, where its store and its findings log will be, and waits until the first map is out.</summary>
    public static ServiceProcess Start(NetworkNamespace network, string folder)
    {
        File.WriteAllText(Path.Combine(folder, "exposuremap.yaml"), Configuration);
        var start = Command($"netns exec {network.Name} {Executable} run -i span --map map.db", "ip", folder);
        var service = new ServiceProcess(network, start);
        start.ErrorDataReceived += (_, line) => service._log.Enqueue(line.Data ?? "");
        start.BeginErrorReadLine();
        Assert.True(service.Becomes(() => service.Get("/health").StartsWith("HTTP/1.1 200", StringComparison.Ordinal), 60), service.Log);
        return service;
    }

    /// <summary>Runs a command of the program to its end: its exit code and what it said.</summary>
    public static (int Code, string Said) RunToEnd(string program, string arguments, string folder)
    {
        using var process = Command(arguments, program, folder);
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    public static string Executable => Path.Combine(AppContext.BaseDirectory, "exposuremap");

    /// <summary>The whole answer, headers included; empty when nobody listens.</summary>
    public string Get(string path)
    {
        var answer = "";
        _network.Run(() =>
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", Port);
                using var stream = client.GetStream();
                stream.Write(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{Port}\r\n\r\n"));
                using var reader = new StreamReader(stream);
                answer = reader.ReadToEnd();
            }
            catch (Exception refused) when (refused is SocketException or IOException)
            {
            }
        });
        return answer;
    }

    public JsonElement Json(string path)
    {
        var answer = Get(path);
        return JsonDocument.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;
    }

    /// <summary>Of one interface, from the health report.</summary>
    public JsonElement Interface() => Json("/health").GetProperty("interfaces")[0];

    public bool Becomes(Func<bool> condition, int seconds = 20)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(seconds) && !_process.HasExited)
        {
            if (condition()) return true;
            Thread.Sleep(50);
        }

        return condition();
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>As systemd stops it: the exit code, and how long it took.</summary>
    public (int Code, TimeSpan Took) Terminate()
    {
        var clock = Stopwatch.StartNew();
        using var kill = Process.Start("kill", $"-TERM {_process.Id}");
        Assert.True(_process.WaitForExit(20_000));
        return (_process.ExitCode, clock.Elapsed);
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private static Process Command(string arguments, string program, string folder) => Process.Start(
        new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
}
