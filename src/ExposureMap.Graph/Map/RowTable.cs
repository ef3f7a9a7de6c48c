namespace ExposureMap.Graph.Map;

/// <summary>
/// Rows of fixed size by number, written by one thread. A snapshot shares all chunks and costs nothing; the writer copies a chunk the first time
/// it touches it afterwards. So a snapshot never changes, readers need no lock, and what changed between two snapshots are the chunks that differ.
/// </summary>
public sealed class RowTable<T> where T : unmanaged
{
    private T[][] _chunks = [];
    private bool[] _isShared = [];
    private int _used;          // chunks

    public int Count { get; private set; }

    public int Add(in T row)
    {
        if (Count == _used * Rows<T>.ChunkSize) Grow();
        Count++;
        Edit(Count - 1) = row;
        return Count - 1;
    }

    public ref readonly T this[int row] => ref _chunks[(uint)row / Rows<T>.ChunkSize][(uint)row % Rows<T>.ChunkSize];

    /// <summary>The row for writing.</summary>
    public ref T Edit(int row)
    {
        var chunk = (uint)row / Rows<T>.ChunkSize;
        if (_isShared[chunk])
        {
            _chunks[chunk] = (T[])_chunks[chunk].Clone();
            _isShared[chunk] = false;
        }

        return ref _chunks[chunk][(uint)row % Rows<T>.ChunkSize];
    }

    public Rows<T> Snapshot()
    {
        _isShared.AsSpan(0, _used).Fill(true);
        return new(_chunks[.._used], Count);
    }

    /// <summary>Takes rows that were stored; only into an empty table.</summary>
    public void Load(IEnumerable<T[]> chunks, int count)
    {
        _chunks = [.. chunks];
        (_used, _isShared, Count) = (_chunks.Length, new bool[_chunks.Length], count);
        Array.Fill(_isShared, true);
    }

    private void Grow()
    {
        if (_used == _chunks.Length)
        {
            Array.Resize(ref _chunks, Math.Max(4, _used * 2));
            Array.Resize(ref _isShared, _chunks.Length);
        }

        _chunks[_used++] = new T[Rows<T>.ChunkSize];
    }
}

/// <summary>Rows as they were at one moment. Never changes; free to share between threads.</summary>
public sealed class Rows<T>(T[][] chunks, int count) where T : unmanaged
{
    public const int ChunkSize = 4096;

    public static readonly Rows<T> Empty = new([], 0);

    public int Count => count;

    public int Chunks => chunks.Length;

    public ref readonly T this[int row] => ref chunks[row / ChunkSize][row % ChunkSize];

    /// <summary>All of a chunk's places; those beyond <see cref="Count"/> mean nothing.</summary>
    public T[] Chunk(int chunk) => chunks[chunk];
}
