using System.Runtime.InteropServices;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Rows of one kind, by number. They never move, and one that is given back is taken again. Row 0 is always empty and stands for none.
/// They lie outside the garbage collector's memory, which neither marks nor copies them, in pages as large as the system has: each frame
/// touches another row, and with small pages half of the time went into finding the pages.
/// </summary>
internal sealed unsafe class RowPool<T>
    where T : unmanaged
{
    private const int RowBits = 15;
    private const int RowsPerChunk = 1 << RowBits;                // some ten MiB of conversations

    private readonly Stack<int> _free = [];
    private T*[] _chunks = new T*[1];
    private int[] _taken = new int[1];                            // of each chunk, so many rows
    private int _used;

    public RowPool() => Take();

    ~RowPool() => Free();

    public ref T this[int number] => ref _chunks[number >> RowBits][number & (RowsPerChunk - 1)];

    /// <summary>Was there ever a row of this number since the last <see cref="Clear"/>, and is its memory still there?</summary>
    public bool Has(int number) => number < _used && _chunks[number >> RowBits] is not null;

    /// <summary>The number of an empty row.</summary>
    public int Take()
    {
        if (!_free.TryPop(out var number))
        {
            if (_used % RowsPerChunk == 0) AddChunk(_used / RowsPerChunk);
            number = _used++;
        }

        _taken[number >> RowBits]++;
        this[number] = default;
        return number;
    }

    /// <summary>What the row holds stays readable until it is taken again.</summary>
    public void GiveBack(int number)
    {
        if (number == 0) return;
        _taken[number >> RowBits]--;
        _free.Push(number);
    }

    /// <summary>
    /// The row will not be taken again: no more are taken before the next <see cref="Clear"/>. The last one of a chunk gives its memory back to the
    /// system.
    /// </summary>
    public void Drop(int number)
    {
        ref var chunk = ref _chunks[number >> RowBits];
        if (number == 0 || --_taken[number >> RowBits] > 0) return;
        NativeMemory.AlignedFree(chunk);
        chunk = null;
    }

    /// <summary>Gives back all rows, and their memory to the system.</summary>
    public void Clear()
    {
        Free();
        _free.Clear();
        (_chunks, _taken, _used) = (new T*[1], new int[1], 0);
        Take();
    }

    private void Free()
    {
        foreach (var chunk in _chunks) NativeMemory.AlignedFree(chunk);
    }

    private void AddChunk(int chunk)
    {
        if (chunk == _chunks.Length)
        {
            var more = new T*[2 * chunk];
            for (var index = 0; index < chunk; index++) more[index] = _chunks[index];
            _chunks = more;
            Array.Resize(ref _taken, more.Length);
        }

        var octets = (nuint)(RowsPerChunk * sizeof(T));
        _chunks[chunk] = (T*)NativeMemory.AlignedAlloc(octets, LargePages.Octets);
        LargePages.Advise(_chunks[chunk], octets);
    }
}
