using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

/// <summary>A network of its own for one test: a pair of joined interfaces "probe" and "mirror" that nothing else sees. Needs root.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int CloneNewNetwork = 0x40000000, CloneNewMounts = 0x20000;               // sched.h
    private const nuint RecursiveSlave = 0x4000 | 0x80000;     // MS_REC, MS_SLAVE: sys/mount.h
    private const int PacketFamily = 17, RawSocket = 3;        // AF_PACKET, SOCK_RAW
    private readonly string _name = $"exposuremap-{Environment.ProcessId}-{Guid.NewGuid():N}"[..30];

    private NetworkNamespace()
    {
    }

    public static NetworkNamespace Create()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "A network namespace needs root.");
        var made = new NetworkNamespace();
        Assert.SkipUnless(made.Ip("netns add " + made._name), "ip netns add failed: iproute2 or CAP_SYS_ADMIN is missing.");
        var ready = made.Ip($"netns exec {made._name} sysctl -qw net.ipv6.conf.default.disable_ipv6=1")      // no announcements of its own
            && made.Inside("link add probe type veth peer name mirror")
            && made.Inside("link set probe up") && made.Inside("link set mirror up");
        if (ready) return made;
        made.Dispose();
        Assert.Skip("The namespace could not be set up: veth or sysctl is missing.");
        return made;
    }

    public string Name => _name;

    /// <summary>Runs a program in this network.</summary>
    public bool Execute(string command) => Ip($"netns exec {_name} {command}");

    public bool Inside(string arguments) => Ip($"-n {_name} {arguments}");

    /// <summary>Runs an action on a thread of this network; threads begun there stay in it.</summary>
    public void Run(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{_name}");
                Assert.Equal(0, SetNamespace((int)handle.DangerousGetHandle(), CloneNewNetwork));
                Assert.Equal(0, Unshare(CloneNewMounts));      // as ip-netns(8) does, so that /sys/class/net shows this network
                Assert.Equal(0, Mount("", "/", null, RecursiveSlave, 0));
                Assert.Equal(0, Mount("sysfs", "/sys", "sysfs", 0, 0));
                action();
            }
            catch (Exception error)
            {
                thrown = error;
            }
        });
        thread.Start();
        thread.Join();
        if (thrown is not null) throw new InvalidOperationException(thrown.Message, thrown);
    }

    /// <summary>Sends frames as they are on an interface. To be called within <see cref="Run"/>.</summary>
    public static void Send(string name, IEnumerable<byte[]> frames)
    {
        var socket = Socket(PacketFamily, RawSocket, 0);
        Assert.True(socket >= 0);
        try
        {
            var address = new LinkAddress { Family = PacketFamily, Index = (int)InterfaceIndex(name) };
            var size = Marshal.SizeOf<LinkAddress>();
            foreach (var frame in frames) Assert.Equal(frame.Length, SendTo(socket, frame, (nuint)frame.Length, 0, ref address, size));
        }
        finally
        {
            _ = Close(socket);
        }
    }

    public void Dispose() => Ip("netns del " + _name);

    private bool Ip(string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int SetNamespace(int descriptor, int type);

    [LibraryImport("libc", EntryPoint = "unshare")]
    private static partial int Unshare(int what);

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string? type, nuint flags, nint data);

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "sendto")]
    private static partial nint SendTo(int socket, byte[] octets, nuint length, int flags, ref LinkAddress address, int addressLength);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint InterfaceIndex(string name);

    /// <summary>struct sockaddr_ll, packet(7).</summary>
    private struct LinkAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int Index;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }
}
