using System.Runtime.CompilerServices;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// What was seen of many things, each known only by a hash of 64 bits that the wire cannot foresee: two of a million are taken for one once in tens
/// of millions of runs. Open addressing with linear probing, so that a look costs one line of the processor's cache, which can be fetched ahead.
/// Bounded: when full, it begins anew.
/// </summary>
internal sealed class SeenTable<T>(int maximum)
    where T : unmanaged
{
    private const int MinimumSlots = 1 << 8;                      // a power of two

    private struct Slot
    {
        /// <summary>0 for an empty slot.</summary>
        public ulong Hash;
        public T Value;
    }

    private Slot[] _slots = new Slot[MinimumSlots];
    private int _count;

    /// <summary>This hash will be asked for soon.</summary>
    public void Expect(ulong hash) => Cache.Fetch(ref Unsafe.As<Slot, byte>(ref _slots[PlaceOf(hash, _slots)]), 1);

    /// <summary>What was seen of it; empty the first time. The reference holds until the next call.</summary>
    public ref T Of(ulong hash, out bool isKnown)
    {
        ref var slot = ref Find(hash, _slots);
        isKnown = slot.Hash == hash;
        if (isKnown) return ref slot.Value;
        if (_count >= maximum) Clear();
        else if (_count >= _slots.Length / 2) Grow();
        slot = ref Find(hash, _slots);
        slot.Hash = hash;
        _count++;
        return ref slot.Value;
    }

    /// <summary>Empty when it was not seen, which it is not by asking.</summary>
    public T Known(ulong hash) => Find(hash, _slots).Value;

    private static int PlaceOf(ulong hash, Slot[] slots) => (int)hash & (slots.Length - 1);

    /// <summary>The slot of this hash, or the empty one where it belongs.</summary>
    private static ref Slot Find(ulong hash, Slot[] slots)
    {
        for (var place = PlaceOf(hash, slots); ; place = (place + 1) & (slots.Length - 1))
        {
            ref var slot = ref slots[place];
            if (slot.Hash == hash || slot.Hash == 0) return ref slot;
        }
    }

    private void Clear()
    {
        Array.Clear(_slots);
        _count = 0;
    }

    private void Grow()
    {
        var larger = new Slot[2 * _slots.Length];
        foreach (ref readonly var slot in _slots.AsSpan()) if (slot.Hash != 0) Find(slot.Hash, larger) = slot;
        _slots = larger;
    }
}
