using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Tells the processor what will be read soon. With millions of rows hardly any is in its caches, and what is waited for one by one takes ten times
/// as long as what comes at the same time. A hint only: should the memory be moved meanwhile, nothing is lost but the hint.
/// </summary>
internal static unsafe class Ahead
{
    private const int CacheLine = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref readonly T memory)
        where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        for (var at = 0; at < sizeof(T); at += CacheLine) Sse.Prefetch0((byte*)Unsafe.AsPointer(in memory) + at);
    }

    /// <summary>An object, which another processor may have made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(object thing, int octets)
    {
        if (!Sse.IsSupported) return;
        for (var at = 0; at < octets; at += CacheLine) Sse.Prefetch0((byte*)Unsafe.As<object, nint>(ref thing) + at);
    }
}
