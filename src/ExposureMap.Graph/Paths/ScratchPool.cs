using System.Collections.Concurrent;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Work arrays with an entry a vertex, lent to searches of one graph. Each kind has a state at rest that the borrower restores
/// by what it touched, so a small query on a big graph never pays for all vertices.
/// </summary>
internal sealed class ScratchPool(int vertices)
{
    private const int Kept = 8;     // of each kind; more searches at once allocate, and leave it to the collector

    private readonly ConcurrentBag<int[]> _dirty = [];
    private readonly ConcurrentBag<int[]> _costs = [];
    private readonly ConcurrentBag<BitSet> _sets = [];
    private readonly ConcurrentBag<DialQueue> _queues = [];

    /// <summary>Content undefined; one entry more than vertices, for a root above them.</summary>
    public int[] RentDirty() => _dirty.TryTake(out var array) ? array : GC.AllocateUninitializedArray<int>(vertices + 1);

    /// <summary>Every entry <see cref="int.MaxValue"/>.</summary>
    public int[] RentCosts()
    {
        if (_costs.TryTake(out var array)) return array;
        array = GC.AllocateUninitializedArray<int>(vertices);
        array.AsSpan().Fill(int.MaxValue);
        return array;
    }

    public BitSet RentSet() => _sets.TryTake(out var set) ? set : new(vertices);

    /// <param name="maxCost">The same for all searches of the graph.</param>
    public DialQueue RentQueue(int maxCost) => _queues.TryTake(out var queue) ? queue : new(maxCost);

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

    public void ReturnQueue(DialQueue queue)
    {
        queue.Clear();
        if (_queues.Count < Kept) _queues.Add(queue);
    }
}
