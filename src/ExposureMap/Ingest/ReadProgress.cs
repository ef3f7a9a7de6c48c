using System.Diagnostics;
using System.Globalization;

namespace ExposureMap.Ingest;

/// <summary>One line on standard error that says how far, how fast and how long still; silent when that is not a terminal.</summary>
internal sealed class ReadProgress : IReadProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly bool _isShown = !Console.IsErrorRedirected;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = TimeSpan.FromSeconds(1);
    private bool _hasLine;

    public void Report((long Read, long Total) octets, long frames)
    {
        if (!_isShown || _clock.Elapsed < _next) return;
        _next = _clock.Elapsed + Interval;
        _hasLine = true;
        var seconds = _clock.Elapsed.TotalSeconds;
        var rate = frames / seconds;
        var share = octets.Total > 0
            ? string.Create(CultureInfo.InvariantCulture, $" of {Size(octets.Total)} ({100.0 * octets.Read / octets.Total:0} %)")
            : "";
        var left = octets.Total > octets.Read && octets.Read > 0
            ? string.Create(CultureInfo.InvariantCulture,
                $", {TimeSpan.FromSeconds(seconds * (octets.Total - octets.Read) / octets.Read):mm\\:ss} left")
            : "";
        Console.Error.Write(
            string.Create(CultureInfo.InvariantCulture, $"\r{Size(octets.Read)}{share}, {frames:N0} frames, {rate:N0} frames/s{left}   "));
    }

    public void End()
    {
        if (_hasLine) Console.Error.Write("\r" + new string(' ', 100) + "\r");
    }

    private static string Size(long octets) => octets switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{octets / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{octets / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{octets / 1024.0:0} KiB"),
    };
}
