using SharpPcap;
using SharpPcap.LibPcap;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// An interface opened for capturing, through SharpPcap: this is the only file that names it. Never immediate: libpcap would then fall back
/// to TPACKET_V2, whose ring holds a thousand frames. Nothing is ever sent.
/// </summary>
internal sealed class LiveDevice : IDisposable
{
    /// <summary>After so long the kernel hands over a ring block that is not full.</summary>
    private const int BlockMilliseconds = 20;

    private readonly LibPcapLiveDevice _device;

    private LiveDevice(LibPcapLiveDevice device) => _device = device;

    /// <summary>The pcap_t, valid until disposal.</summary>
    public nint Handle => _device.Handle.DangerousGetHandle();

    public ushort LinkType { get; private init; }

    public long NanosecondsPerUnit { get; private init; }

    public static LiveDevice Open(string name, LiveOptions options)
    {
        if (!Libpcap.IsInstalled) throw new CaptureException($"{name}: {Libpcap.Missing}");
        LibPcapLiveDevice? device = null;
        try
        {
            device = Find(name);
            device.Open(Configuration(options));
            if (options.Filter.Length > 0) SetFilter(device, name, options.Filter);
            var handle = device.Handle.DangerousGetHandle();
            if (!Libpcap.DoNotBlock(handle)) throw new CaptureException($"{name}: {Libpcap.Error(handle)}");
            return new LiveDevice(device)
            {
                LinkType = LinkTypes.FromDataLink(Libpcap.DataLink(handle)),
                NanosecondsPerUnit = device.TimestampResolution == TimestampResolution.Nanosecond ? 1 : 1000,
            };
        }
        catch (Exception error) when (error is PcapException or DllNotFoundException or PlatformNotSupportedException)
        {
            device?.Dispose();
            throw new CaptureException($"{name}: {Privilege.ReasonAgainstCapture() ?? error.Message}", error);
        }
        catch
        {
            device?.Dispose();
            throw;
        }
    }

    public void Dispose() => _device.Dispose();

    private static DeviceConfiguration Configuration(LiveOptions options)
    {
        var configuration = new DeviceConfiguration
        {
            Mode = options.Promiscuous ? DeviceModes.Promiscuous : DeviceModes.None,
            Snaplen = options.SnapLength,
            BufferSize = options.KernelOctets,
            ReadTimeout = BlockMilliseconds,
            TimestampResolution = TimestampResolution.Nanosecond,
        };
        configuration.ConfigurationFailed += (_, _) => { };    // microseconds then, which TimestampResolution tells
        return configuration;
    }

    private static LibPcapLiveDevice Find(string name)
    {
        LibPcapLiveDevice? found = null;
        var names = new List<string>();
        foreach (var device in LibPcapLiveDeviceList.New())
        {
            names.Add(device.Name);
            if (device.Name == name) found = device;
            else device.Dispose();
        }

        return found ?? throw new CaptureException($"{name}: no such interface; there are {string.Join(", ", names.Order(StringComparer.Ordinal))}");
    }

    private static void SetFilter(LibPcapLiveDevice device, string name, string filter)
    {
        try
        {
            device.Filter = filter;
        }
        catch (PcapException error)
        {
            throw new CaptureException($"{name}: the capture filter \"{filter}\" is not one: {error.Message}", error);
        }
    }
}
