using System.Runtime.InteropServices;

namespace ExposureMap.Capture.Conversations;

/// <summary>Asks Linux for large pages (madvise(2)); a refusal costs only speed.</summary>
internal static unsafe partial class LargePages
{
    public const int Octets = 1 << 21;                            // of x86-64 and AArch64

    private const int HugePage = 14;                              // MADV_HUGEPAGE

    /// <summary>For the whole pages at the beginning; what remains lies in small ones.</summary>
    public static void Advise(void* memory, nuint octets) => _ = AdviseKernel(memory, octets & ~(nuint)(Octets - 1), HugePage);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseKernel(void* memory, nuint octets, int advice);
}
