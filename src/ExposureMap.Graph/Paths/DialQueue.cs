namespace ExposureMap.Graph.Paths;

/// <summary>
/// A priority queue for small integer costs: one bucket for each cost of the next <c>maxCost + 1</c>, used in a ring.
/// R. B. Dial, Algorithm 360: Shortest-path forest with topological ordering, CACM 12 (1969).
/// </summary>
internal sealed class DialQueue(int maxCost)
{
    private readonly int[][] _bucket = [.. Enumerable.Range(0, maxCost + 1).Select(_ => new int[16])];
    private readonly int[] _count = new int[maxCost + 1];
    private int _current;

    public int Pending { get; private set; }

    /// <summary>All that was pushed at the current cost and not popped.</summary>
    public ReadOnlySpan<int> Current => _bucket[_current].AsSpan(0, _count[_current]);

    /// <summary>Puts the vertex into the bucket that is <paramref name="ahead"/> of the current cost.</summary>
    public void Push(int vertex, int ahead)
    {
        var index = _current + ahead;
        if (index >= _bucket.Length) index -= _bucket.Length;
        ref var bucket = ref _bucket[index];
        ref var count = ref _count[index];
        if (count == bucket.Length) Array.Resize(ref bucket, count * 2);
        bucket[count++] = vertex;
        Pending++;
    }

    /// <summary>The last vertex pushed at the current cost; false when there is none left and the cost has to advance.</summary>
    public bool TryPop(out int vertex)
    {
        ref var count = ref _count[_current];
        vertex = 0;
        if (count == 0) return false;
        vertex = _bucket[_current][--count];
        Pending--;
        return true;
    }

    public void Advance()
    {
        if (++_current == _bucket.Length) _current = 0;
    }

    public void Clear()
    {
        Array.Clear(_count);
        (_current, Pending) = (0, 0);
    }
}
