using System.Runtime.CompilerServices;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Hashes of what the wire chose, with seeds that it cannot know: else forty thousand chosen addresses would fall into one place of a table.
/// Two words are multiplied and both halves of the product folded, as in Wang Yi's wyhash (2019).
/// </summary>
internal static class SeededHash
{
    private static readonly ulong First = Seed(), Second = Seed(), Third = Seed();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong left, ulong right) => Fold(left ^ First, right ^ Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong left, ulong right, ulong more) => Fold(Fold(left ^ First, right ^ Second) ^ more, Third);

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    /// <summary>The system seeds the generator, and nobody is told its numbers. Odd, so that a multiplication by it loses nothing.</summary>
    private static ulong Seed() => (ulong)Random.Shared.NextInt64() << 1 | 1;
}
