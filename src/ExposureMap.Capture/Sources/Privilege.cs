using System.Globalization;

namespace ExposureMap.Capture.Sources;

/// <summary>What this process lacks to capture, told with the remedy.</summary>
internal static class Privilege
{
    private const string StatusFile = "/proc/thread-self/status";
    private const string EffectiveCapabilities = "CapEff:";    // proc(5), a hexadecimal mask
    private const int NetRaw = 13;                             // CAP_NET_RAW, linux/capability.h

    private const string MissingNetRaw =
        "capturing needs the capability CAP_NET_RAW: sudo setcap cap_net_raw+ep $(readlink -f $(which exposuremap))"
        + ", or AmbientCapabilities=CAP_NET_RAW in the systemd unit";

    /// <summary>Null when nothing is known to stand against it.</summary>
    public static string? ReasonAgainstCapture()
    {
        if (!Libpcap.IsInstalled) return Libpcap.Missing;
        return MayUseRawSockets() ? null : MissingNetRaw;
    }

    private static bool MayUseRawSockets()
    {
        try
        {
            var line = File.ReadLines(StatusFile).FirstOrDefault(text => text.StartsWith(EffectiveCapabilities, StringComparison.Ordinal));
            if (line is null) return true;
            var digits = line.AsSpan(EffectiveCapabilities.Length).Trim();
            return !ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask) || (mask >> NetRaw & 1) == 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;                                       // unknown: let the attempt tell
        }
    }
}
