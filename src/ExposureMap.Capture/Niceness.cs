using System.Runtime.InteropServices;

namespace ExposureMap.Capture;

/// <summary>
/// Lets a thread stand back: what evaluates and stores the map must not take the processor from what captures. The runtime's own priorities do
/// nothing on Linux.
/// </summary>
public static partial class Niceness
{
    private const int Thread = 0;                              // PRIO_PROCESS of sys/resource.h: for Linux, one thread
    private const int Caller = 0;
    private const int Low = 10;                                // about a tenth of a normal thread's share (sched(7)) when both want the processor

    /// <summary>For the calling thread, from now on. Elsewhere than on Linux, or refused, it changes nothing.</summary>
    public static void StandBack()
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(Thread, Caller, Low);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int niceness);
}
