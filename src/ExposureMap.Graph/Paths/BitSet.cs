using System.Numerics;
using System.Runtime.CompilerServices;

namespace ExposureMap.Graph.Paths;

/// <summary>A set of dense numbers, one bit each: 10 million fit in 1.25 MB, which a core's cache holds.</summary>
internal sealed class BitSet(int capacity)
{
    private readonly ulong[] _words = new ulong[(capacity >> 6) + 1];

    public int Capacity { get; } = capacity;

    public static BitSet Of(int capacity, ReadOnlySpan<int> members)
    {
        var set = new BitSet(capacity);
        foreach (var member in members) set.Add(member);
        return set;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(int member) => (_words[member >> 6] >> member & 1) != 0;

    /// <summary>1 or 0: to be put together with that of another set before one branch is taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Bit(int member) => _words[member >> 6] >> member & 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Add(int member)
    {
        ref var word = ref _words[member >> 6];
        var before = word;
        word = before | 1UL << member;
        return before != word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Remove(int member) => _words[member >> 6] &= ~(1UL << member);

    /// <summary>The least number not in the set, from this one on; may lie beyond the capacity.</summary>
    public int NextMissing(int from)
    {
        var word = from >> 6;
        for (var rest = ~_words[word] >> from << from; ; rest = ~_words[word])
        {
            if (rest != 0) return (word << 6) + BitOperations.TrailingZeroCount(rest);
            if (++word == _words.Length) return word << 6;
        }
    }

    public int Count()
    {
        var count = 0;
        foreach (var word in _words) count += BitOperations.PopCount(word);
        return count;
    }

    public void Clear() => Array.Clear(_words);

    /// <summary>Empties the set by its members where they are few, so that a small query on a big graph pays for what it touched.</summary>
    public void Clear(ReadOnlySpan<int> members)
    {
        if (members.Length > _words.Length) Array.Clear(_words);
        else foreach (var member in members) _words[member >> 6] = 0;
    }
}
