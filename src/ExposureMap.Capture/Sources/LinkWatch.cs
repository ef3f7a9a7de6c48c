using System.Globalization;
using System.Runtime.InteropServices;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// What the kernel says of an interface beside its frames: is it still the one that was opened, has it a carrier, what did it miss.
/// </summary>
internal sealed partial class LinkWatch
{
    /// <summary>
    /// Under /sys/class/net/NAME/statistics (Documentation/ABI/testing/sysfs-class-net-statistics). rx_dropped is not among them: the kernel also
    /// counts there what no protocol of its own wanted, although the capture saw it.
    /// </summary>
    private static readonly string[] Losses = ["rx_missed_errors", "rx_fifo_errors", "rx_over_errors"];

    private readonly string _name;
    private readonly uint _index;
    private readonly long _lossBefore;

    public LinkWatch(string name)
    {
        _name = name;
        _index = InterfaceIndex(name);
        _lossBefore = Loss();
    }

    /// <summary>Frames missed since the watch began.</summary>
    public long Missed => Math.Max(Loss() - _lossBefore, 0);

    public LiveState Look()
    {
        if (_index != 0 && InterfaceIndex(_name) != _index) return LiveState.Missing;
        return Text("operstate") is "down" or "lowerlayerdown" or "notpresent" ? LiveState.LinkDown : LiveState.Live;
    }

    private long Loss() => Losses.Sum(name => Count(Path.Combine("statistics", name)));

    private long Count(string file) => long.TryParse(Text(file), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private string? Text(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine("/sys/class/net", _name, file)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;                                       // "any" has none, nor has an interface that is gone
        }
    }

    /// <summary>0 for what is no interface of its own ("any"), or is gone.</summary>
    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint InterfaceIndex(string name);
}
