namespace ExposureMap.Graph.Paths;

/// <summary>A column that grows by chunks and never moves an entry: readers may hold a place while the one writer appends.</summary>
internal sealed class Chunks
{
    private const int Shift = 16;
    private const int Mask = (1 << Shift) - 1;

    private int[][] _chunks = [];
    private int _used;

    /// <summary>Entries below the last <see cref="Ensure"/>; new ones are 0.</summary>
    public ref int this[int index] => ref Volatile.Read(ref _chunks)[index >> Shift][index & Mask];

    public void Ensure(int count)
    {
        while (_used << Shift < count)
        {
            var chunks = _chunks;
            if (_used == chunks.Length) Array.Resize(ref chunks, Math.Max(4, _used * 2));
            chunks[_used++] = new int[1 << Shift];
            Volatile.Write(ref _chunks, chunks);
        }
    }
}
