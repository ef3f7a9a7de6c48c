using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExposureMap.Capture;

/// <summary>
/// Asks Linux for large pages (madvise(2)): where memory is touched all over, finding its pages takes as long as the work, and a virtual machine
/// pays dearly for each page that is touched first. A refusal costs only speed.
/// </summary>
public static unsafe partial class LargePages
{
    public const int Octets = 1 << 21;                            // of x86-64 and AArch64

    private const int HugePage = 14;                              // MADV_HUGEPAGE

    /// <summary>The memory that the garbage collector has reserved, what it will take of it later included.</summary>
    public static void AdviseHeap()
    {
        if (!OperatingSystem.IsLinux()) return;
        var probe = new object();
        var inside = (ulong)Unsafe.As<object, nint>(ref probe);
        try
        {
            foreach (var (start, end) in AnonymousRuns())
                if (start <= inside && inside < end) Advise((void*)start, (nuint)(end - start));
        }
        catch (Exception withheld) when (withheld is IOException or UnauthorizedAccessException)
        {
            // no /proc: small pages do as well
        }
    }

    /// <summary>For the whole pages at the beginning; what remains lies in small ones.</summary>
    internal static void Advise(void* memory, nuint octets)
    {
        if (OperatingSystem.IsLinux()) _ = AdviseKernel(memory, octets & ~(nuint)(Octets - 1), HugePage);
    }

    /// <summary>
    /// Mappings of no file that lie side by side, each run as one (proc_pid_maps(5)): the collector's reservation is one, used and unused parts in
    /// turn.
    /// </summary>
    private static IEnumerable<(ulong Start, ulong End)> AnonymousRuns()
    {
        var run = (Start: 0UL, End: 0UL);
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var range = line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal));
            var (from, to) = (Number(range[..range.IndexOf('-')]), Number(range[(range.IndexOf('-') + 1)..]));
            if (from != run.End || !IsAnonymous(line))
            {
                yield return run;
                run = (from, IsAnonymous(line) ? to : from);
            }
            else run.End = to;
        }

        yield return run;
    }

    /// <summary>No name follows the inode, which is 0.</summary>
    private static bool IsAnonymous(string line) => line.TrimEnd().EndsWith(" 0", StringComparison.Ordinal);

    private static ulong Number(ReadOnlySpan<char> hex) => ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseKernel(void* memory, nuint octets, int advice);
}
