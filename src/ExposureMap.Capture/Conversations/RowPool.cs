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
    private int _used;

    public RowPool() => Take();

    ~RowPool()
    {
        foreach (var chunk in _chunks) NativeMemory.AlignedFree(chunk);
    }

    public ref T this[int number] => ref _chunks[number >> RowBits][number & (RowsPerChunk - 1)];

    /// <summary>The number of an empty row.</summary>
    public int Take()
    {
        if (_free.TryPop(out var number)) return number;
        if (_used % RowsPerChunk == 0) AddChunk(_used / RowsPerChunk);
        this[_used] = default;
        return _used++;
    }

    public void GiveBack(int number)
    {
        if (number == 0) return;
        this[number] = default;
        _free.Push(number);
    }

    private void AddChunk(int chunk)
    {
        if (chunk == _chunks.Length)
        {
            var more = new T*[2 * chunk];
            for (var index = 0; index < chunk; index++) more[index] = _chunks[index];
            _chunks = more;
        }

        var octets = (nuint)(RowsPerChunk * sizeof(T));
        _chunks[chunk] = (T*)NativeMemory.AlignedAlloc(octets, LargePages.Octets);
        LargePages.Advise(_chunks[chunk], octets);
    }
}
