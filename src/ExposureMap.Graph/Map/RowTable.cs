using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    public ref readonly T this[int row] => ref Place((uint)row);

    /// <summary>The row for writing.</summary>
    public ref T Edit(int row)
    {
        var chunk = (uint)row / Rows<T>.ChunkSize;
        if (_isShared[chunk])
        {
            _chunks[chunk] = (T[])_chunks[chunk].Clone();
            _isShared[chunk] = false;
        }

        return ref Place((uint)row);
    }

    public Rows<T> Snapshot()
    {
        _isShared.AsSpan(0, _used).Fill(true);
        return new(_chunks[.._used], Count);
    }

    /// <summary>Takes rows that were stored; only into an empty table.</summary>
    /// <param name="chunks">Of <see cref="Rows{T}.ChunkSize"/> places each.</param>
    public void Load(IEnumerable<T[]> chunks, int count)
    {
        _chunks = [.. chunks];
        (_used, _isShared, Count) = (_chunks.Length, new bool[_chunks.Length], count);
        Array.Fill(_isShared, true);
    }

    /// <summary>Without asking the chunk for its length, which lies elsewhere in memory than the row: all have the same.</summary>
    private ref T Place(uint row) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks[row / Rows<T>.ChunkSize]), row % Rows<T>.ChunkSize);

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
    /// <summary>
    /// Small: who touches one row after a snapshot copies so many. Not smaller: what takes less than 85,000 octets, the collector copies too, and
    /// conduits take 96 each.
    /// </summary>
    public const int ChunkSize = 1024;

    public static readonly Rows<T> Empty = new([], 0);

    private readonly T[]?[] _chunks;
    private readonly int _atOnce;
    private readonly Func<int, T[][]>? _read;

    public Rows(T[][] chunks, int count) => (_chunks, Count) = (chunks, count);

    /// <summary>Rows that lie elsewhere: some chunks at once are fetched when one of their rows is asked for, and kept.</summary>
    /// <param name="read">Gives so many chunks, fewer at the end, by how many such groups lie before; may be asked by several threads at
    /// once.</param>
    public Rows(int count, int atOnce, Func<int, T[][]> read) =>
        (_chunks, Count, _atOnce, _read) = (new T[]?[(count + ChunkSize - 1) / ChunkSize], count, atOnce, read);

    public int Count { get; }

    public int Chunks => _chunks.Length;

    public ref readonly T this[int row] => ref Chunk(row / ChunkSize)[row % ChunkSize];

    /// <summary>All of a chunk's places; those beyond <see cref="Count"/> mean nothing.</summary>
    public T[] Chunk(int chunk) => _chunks[chunk] ?? Fetched(chunk);

    /// <summary>Were none written or added between the two snapshots of one table? What was not written is shared.</summary>
    public bool IsSameAs(Rows<T> other) => Count == other.Count && _chunks.AsSpan().SequenceEqual(other._chunks);

    /// <summary>
    /// Rows that another one of the same table may have as they are not here: those of the chunks that were written between the two, and those added.
    /// </summary>
    public IEnumerable<int> TouchedSince(Rows<T> before)
    {
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            if (chunk < before.Chunks && ReferenceEquals(Chunk(chunk), before.Chunk(chunk))
                && Math.Min(Count, (chunk + 1) * ChunkSize) <= before.Count)
                continue;
            for (var row = chunk * ChunkSize; row < Math.Min(Count, (chunk + 1) * ChunkSize); row++) yield return row;
        }
    }

    private T[] Fetched(int chunk)
    {
        var (first, group) = (chunk / _atOnce * _atOnce, _read!(chunk / _atOnce));
        for (var index = 0; index < group.Length; index++) Interlocked.CompareExchange(ref _chunks[first + index], group[index], null);
        return _chunks[chunk]!;
    }
}
