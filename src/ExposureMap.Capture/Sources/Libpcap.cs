using System.Runtime.InteropServices;

namespace ExposureMap.Capture.Sources;

/// <summary>The functions of libpcap that SharpPcap lacks or gets wrong, and whether the library is there at all.</summary>
internal static unsafe class Libpcap
{
    public const string Missing = "libpcap is not installed: apt-get install libpcap0.8";

    private const int ErrorBuffer = 256;                       // PCAP_ERRBUF_SIZE

    /// <summary>The names distributions give it: Debian's first; libpcap.so comes with the development package only.</summary>
    private static readonly string[] Names = ["libpcap.so.0.8", "libpcap.so.1", "libpcap.so.0", "libpcap.so"];

    private static readonly nint Library = Load();
    private static readonly delegate* unmanaged<nint, int, delegate* unmanaged<nint, PacketHeader*, byte*, void>, nint, int> DispatchFunction =
        (delegate* unmanaged<nint, int, delegate* unmanaged<nint, PacketHeader*, byte*, void>, nint, int>)Export("pcap_dispatch");

    private static readonly delegate* unmanaged<nint, Statistics*,
        int> StatisticsFunction = (delegate* unmanaged<nint, Statistics*, int>)Export("pcap_stats");
    private static readonly delegate* unmanaged<nint, int, byte*,
        int> SetNonBlockFunction = (delegate* unmanaged<nint, int, byte*, int>)Export("pcap_setnonblock");
    private static readonly delegate* unmanaged<nint, int> SelectableFunction = (delegate* unmanaged<nint, int>)Export("pcap_get_selectable_fd");
    private static readonly delegate* unmanaged<nint, int> DataLinkFunction = (delegate* unmanaged<nint, int>)Export("pcap_datalink");
    private static readonly delegate* unmanaged<nint, nint> ErrorFunction = (delegate* unmanaged<nint, nint>)Export("pcap_geterr");

    public static bool IsInstalled => Library != 0;

    /// <summary>Calls back for at most so many frames that are there now; -1 on an error. The handle must not block.</summary>
    public static int Dispatch(nint capture, int count, delegate* unmanaged<nint, PacketHeader*, byte*, void> callback, nint user) =>
        DispatchFunction(capture, count, callback, user);

    public static bool TryStatistics(nint capture, out Statistics statistics)
    {
        fixed (Statistics* destination = &statistics) return StatisticsFunction(capture, destination) == 0;
    }

    public static bool DoNotBlock(nint capture)
    {
        var error = stackalloc byte[ErrorBuffer];
        return SetNonBlockFunction(capture, 1, error) == 0;
    }

    /// <summary>To poll for frames; -1 when there is none.</summary>
    public static int FileDescriptor(nint capture) => SelectableFunction(capture);

    public static int DataLink(nint capture) => DataLinkFunction(capture);

    public static string Error(nint capture) => Marshal.PtrToStringUTF8(ErrorFunction(capture)) ?? "";

    private static nint Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library)) return library;
        }

        return 0;
    }

    private static nint Export(string name) => Library != 0 && NativeLibrary.TryGetExport(Library, name, out var address) ? address : 0;

    /// <summary>struct pcap_pkthdr: a struct timeval, whose second part is nanoseconds where those were asked for, and two lengths.</summary>
    public struct PacketHeader
    {
        public nint Seconds;
        public nint Fraction;
        public uint CapturedLength;
        public uint OriginalLength;
    }

    /// <summary>struct pcap_stat: three unsigned int, which wrap (SharpPcap 6.3.1 reads three pointers, so that drops are always 0).</summary>
    public struct Statistics
    {
        public uint Received;
        public uint Dropped;
        public uint InterfaceDropped;
    }
}
