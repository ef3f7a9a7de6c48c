using System.Runtime.InteropServices;

namespace ExposureMap.Capture.Conversations;

/// <summary>Asks Linux for large pages (madvise(2)); a refusal costs only speed.</summary>
internal static unsafe partial class LargePages
{
    private const int HugePage = 14;                              // MADV_HUGEPAGE

    public static void Advise(void* memory, nuint octets) => _ = AdviseKernel(memory, octets, HugePage);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseKernel(void* memory, nuint octets, int advice);
}
