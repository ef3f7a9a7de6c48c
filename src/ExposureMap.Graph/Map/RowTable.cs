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

        _chunks[_used++] = GC.AllocateUninitializedArray<T>(Rows<T>.ChunkSize);       // a row is written before it counts
    }
}

/// <summary>Rows as they were at one moment. Never changes; free to share between threads.</summary>
public sealed class Rows<T> where T : unmanaged
{
    public const int ChunkSize = 4096;

    public static readonly Rows<T> Empty = new([], 0);

    private readonly T[]?[] _chunks;
    private readonly Func<int, T[]>? _read;

    public Rows(T[][] chunks, int count) => (_chunks, Count) = (chunks, count);

    /// <summary>Rows that lie elsewhere: a chunk is fetched when one of its rows is asked for, and kept.</summary>
    /// <param name="read">Gives a chunk by its number; may be asked by several threads at once.</param>
    public Rows(int count, Func<int, T[]> read) => (_chunks, Count, _read) = (new T[]?[(count + ChunkSize - 1) / ChunkSize], count, read);

    public int Count { get; }

    public int Chunks => _chunks.Length;

    public ref readonly T this[int row] => ref Chunk(row / ChunkSize)[row % ChunkSize];

    /// <summary>All of a chunk's places; those beyond <see cref="Count"/> mean nothing.</summary>
    public T[] Chunk(int chunk) => _chunks[chunk] ?? Fetched(chunk);

    /// <summary>Were none written or added between the two snapshots of one table? What was not written is shared.</summary>
    public bool IsSameAs(Rows<T> other) => Count == other.Count && _chunks.AsSpan().SequenceEqual(other._chunks);

    /// <summary>Rows that another one of the same table may have as they are not here: those of the chunks that were written between the two, and those added.</summary>
    public IEnumerable<int> TouchedSince(Rows<T> before)
    {
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            if (chunk < before.Chunks && ReferenceEquals(Chunk(chunk), before.Chunk(chunk)) && Math.Min(Count, (chunk + 1) * ChunkSize) <= before.Count) continue;
            for (var row = chunk * ChunkSize; row < Math.Min(Count, (chunk + 1) * ChunkSize); row++) yield return row;
        }
    }

    private T[] Fetched(int chunk) => Interlocked.CompareExchange(ref _chunks[chunk], _read!(chunk), null) ?? _chunks[chunk]!;
}
