using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Message heads that are split over segments, by number: rented while they wait for the rest, which few conversations do. Number 0 is none.
/// </summary>
internal sealed class KeptHeads
{
    private readonly List<byte[]> _heads = [[]];
    private readonly Stack<int> _free = [];

    public byte[] this[int number] => _heads[number];

    /// <summary>This head will be touched soon: the array's length, which stands in front, and what most heads hold.</summary>
    public void Expect(int number) =>
        Cache.Fetch(ref Unsafe.Subtract(ref MemoryMarshal.GetArrayDataReference(_heads[number]), sizeof(long)), 2 * Cache.Line);

    /// <summary>Makes room for so many octets; what the head holds stays.</summary>
    public byte[] Reserve(ref int number, int held, int octets)
    {
        if (_heads[number].Length >= octets) return _heads[number];
        var larger = ArrayPool<byte>.Shared.Rent(octets);
        _heads[number].AsSpan(0, held).CopyTo(larger);
        if (number == 0) number = Number();
        else ArrayPool<byte>.Shared.Return(_heads[number]);
        return _heads[number] = larger;
    }

    public void GiveBack(int number)
    {
        if (number == 0) return;
        ArrayPool<byte>.Shared.Return(_heads[number]);
        _heads[number] = [];
        _free.Push(number);
    }

    public void Clear()
    {
        _heads.RemoveRange(1, _heads.Count - 1);
        _free.Clear();
    }

    private int Number()
    {
        if (_free.TryPop(out var number)) return number;
        _heads.Add([]);
        return _heads.Count - 1;
    }
}
