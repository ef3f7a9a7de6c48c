using System.Collections.Concurrent;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Work arrays with one entry a vertex, lent to searches of one graph. Each kind has a state at rest that the borrower restores
/// by what it touched, so a small query on a big graph never pays for all vertices.
/// </summary>
internal sealed class ScratchPool(int vertices)
{
    private const int Kept = 8;     // of each kind; more searches at once allocate, and leave it to the collector

    private readonly ConcurrentBag<int[]> _dirty = [];
    private readonly ConcurrentBag<int[]> _costs = [];
    private readonly ConcurrentBag<BitSet> _sets = [];

    /// <summary>Content undefined.</summary>
    public int[] RentDirty() => _dirty.TryTake(out var array) ? array : GC.AllocateUninitializedArray<int>(vertices);

    /// <summary>Every entry <see cref="int.MaxValue"/>.</summary>
    public int[] RentCosts()
    {
        if (_costs.TryTake(out var array)) return array;
        array = GC.AllocateUninitializedArray<int>(vertices);
        array.AsSpan().Fill(int.MaxValue);
        return array;
    }

    public BitSet RentSet() => _sets.TryTake(out var set) ? set : new(vertices);

    public void ReturnDirty(int[] array)
    {
        if (_dirty.Count < Kept) _dirty.Add(array);
    }

    public void ReturnCosts(int[] array, ReadOnlySpan<int> touched)
    {
        foreach (var vertex in touched) array[vertex] = int.MaxValue;
        if (_costs.Count < Kept) _costs.Add(array);
    }

    public void ReturnSet(BitSet set, ReadOnlySpan<int> touched)
    {
        set.Clear(touched);
        if (_sets.Count < Kept) _sets.Add(set);
    }
}
