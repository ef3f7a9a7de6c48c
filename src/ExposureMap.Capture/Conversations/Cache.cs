using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ExposureMap.Capture.Conversations;

/// <summary>The processor's cache: what is fetched into it ahead of time need not be waited for.</summary>
internal static unsafe class Cache
{
    /// <summary>Octets that come together, of x86-64 and most of AArch64.</summary>
    public const int Line = 64;

    /// <summary>A hint only: should the memory be moved meanwhile, nothing is lost but the hint.</summary>
    public static void Fetch(ref byte start, int octets)
    {
        if (!Sse.IsSupported) return;
        for (var at = 0; at < octets; at += Line) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref start, at)));
    }
}
