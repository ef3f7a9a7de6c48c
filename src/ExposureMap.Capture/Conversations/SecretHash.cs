using System.Numerics;
using System.Security.Cryptography;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Hashes of what the wire chose, with a seed that it cannot know: else thousands of chosen addresses would fall into one place of a table.
/// </summary>
internal static class SecretHash
{
    private static readonly ulong Seed = NewSeed();

    public static ulong NewSeed() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    public static ulong Of(ulong first, ulong second, ulong third) => Fold(Fold(Seed ^ first, Seed + second) ^ third, Seed);

    /// <summary>Multiply and fold: the 128-bit product's halves mixed (as in wyhash).</summary>
    public static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left ^ 0x9E3779B97F4A7C15, right ^ 0xD6E8FEB86659FD93, out ulong low);
        return BitOperations.RotateLeft(high, 32) ^ low;
    }
}
