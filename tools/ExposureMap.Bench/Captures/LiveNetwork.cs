using System.Diagnostics;
using System.Globalization;

namespace ExposureMap.Bench.Captures;

/// <summary>A network of its own with two pairs of joined interfaces, where frames are sent on one and captured on the other. Needs root.</summary>
internal sealed class LiveNetwork : IDisposable
{
    /// <summary>Where frames are captured, and where those are sent that arrive there.</summary>
    public static readonly IReadOnlyList<string> Mirrors = ["mirror", "mirror2"], Probes = ["probe", "probe2"];

    private readonly string _name = $"exposuremap-bench-{Environment.ProcessId}";
    private readonly string _send;

    /// <param name="send">The compiled tools/bench/send.c.</param>
    public LiveNetwork(string send)
    {
        _send = send;
        Ip($"netns add {_name}");
        Ip($"netns exec {_name} sysctl -qw net.ipv6.conf.default.disable_ipv6=1");      // no announcements of its own
        foreach (var (probe, mirror) in Probes.Zip(Mirrors)) Ip($"-n {_name} link add {probe} type veth peer name {mirror}");
        foreach (var name in (string[])["lo", .. Probes, .. Mirrors]) Ip($"-n {_name} link set {name} up");
    }

    /// <summary>Starts a program in this network; ip-netns(8) becomes it, so the process is the program's.</summary>
    public Process Start(IEnumerable<string> command, string folder) =>
        Process.Start(
            new ProcessStartInfo("ip", ["netns", "exec", _name, .. command])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder
            })!;

    /// <summary>Sends the first frames of a capture at a rate, and says at which rate (frames a second) it really did.</summary>
    public double Send(string probe, string capture, double rate, long frames, string folder)
    {
        using var sender =
            Start([_send, probe, capture, rate.ToString(CultureInfo.InvariantCulture), frames.ToString(CultureInfo.InvariantCulture)], folder);
        var words = sender.StandardOutput.ReadToEnd().Split(' ');
        sender.WaitForExit();
        if (words is not [var sent, var micros]) throw new InvalidOperationException($"sending failed: {sender.StandardError.ReadToEnd()}");
        return double.Parse(sent, CultureInfo.InvariantCulture) / double.Parse(micros, CultureInfo.InvariantCulture) * 1e6;
    }

    public void Dispose() => Ip($"netns del {_name}");

    private static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ip {arguments}: {said.Trim()} (needs root, iproute2, veth)");
    }
}
