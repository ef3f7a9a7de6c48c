using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Open conversations by key, and in the order of their first frames. Open addressing with linear probing (Knuth, TAOCP volume 3, section 6.4,
/// algorithms L and R); hashed with a random seed, so that who chooses addresses and ports cannot choose the place.
/// With hundreds of thousands of conversations hardly any is in the processor's cache: <see cref="Expect"/> and <see cref="ExpectFlow"/> let the
/// memory of many frames' conversations come at the same time.
/// </summary>
internal sealed class FlowTable
{
    private const int MinimumSlots = 1 << 10;                     // a power of two
    private const int CacheLine = 64;

    private struct Slot
    {
        public ulong Hash;
        public Flow? Flow;
    }

    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
    private readonly List<Flow> _inOrder = [];
    private Slot[] _slots = new Slot[MinimumSlots];

    public int Count { get; private set; }

    /// <summary>Conversations in the order of their first frames; those that are over meanwhile say so.</summary>
    public ReadOnlySpan<Flow> InOrder => CollectionsMarshal.AsSpan(_inOrder);

    public ulong HashOf(in FlowKey key) => key.Hash(_seed);

    /// <summary>This hash will be sought soon.</summary>
    public unsafe void Expect(ulong hash)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref _slots[hash & (ulong)(_slots.Length - 1)]));
    }

    /// <summary>This hash was expected, and its conversation will be touched soon.</summary>
    public void ExpectFlow(ulong hash)
    {
        ref var slot = ref _slots[hash & (ulong)(_slots.Length - 1)];
        if (slot.Hash == hash && slot.Flow is { } flow) Fetch(flow, Flow.Octets);
    }

    /// <summary>This hash's conversation was expected, and what was noted of it will be touched soon.</summary>
    public void ExpectLog(ulong hash)
    {
        ref var slot = ref _slots[hash & (ulong)(_slots.Length - 1)];
        if (slot.Hash == hash && slot.Flow?.Log is { } log) Fetch(log, FlowLog.Octets);
    }

    public Flow? Find(in FlowKey key, ulong hash)
    {
        var slots = _slots;
        for (var place = hash; ; place++)
        {
            ref var slot = ref slots[place & (ulong)(slots.Length - 1)];
            if (slot.Flow is null) return null;
            if (slot.Hash == hash && slot.Flow.Key.Equals(key)) return slot.Flow;
        }
    }

    /// <summary>Only a conversation whose key is not in the table.</summary>
    public void Add(Flow flow, ulong hash)
    {
        if (Count >= _slots.Length / 2) Grow();
        Place(_slots, new Slot { Hash = hash, Flow = flow });
        Count++;
        if (_inOrder.Count >= 2 * Count + MinimumSlots) _inOrder.RemoveAll(one => one.IsOver);
        _inOrder.Add(flow);
    }

    public void Remove(Flow flow)
    {
        if (flow.IsOver) return;
        flow.IsOver = true;
        Count--;
        var mask = (ulong)(_slots.Length - 1);
        var hole = HashOf(flow.Key) & mask;
        while (_slots[hole].Flow != flow) hole = (hole + 1) & mask;
        for (var next = (hole + 1) & mask; _slots[next].Flow is not null; next = (next + 1) & mask)
        {
            var wanted = _slots[next].Hash & mask;
            if (((next - wanted) & mask) < ((next - hole) & mask)) continue;   // would stand before its place
            _slots[hole] = _slots[next];
            hole = next;
        }

        _slots[hole] = default;
    }

    /// <summary>Empties the table: gives what was in it, in the order of first frames, and holds on to none of it.</summary>
    public IEnumerable<Flow> TakeAll()
    {
        _slots = new Slot[MinimumSlots];
        Count = 0;
        for (var index = 0; index < _inOrder.Count; index++)
        {
            var flow = _inOrder[index];
            _inOrder[index] = null!;
            if (flow.IsOver) continue;
            flow.IsOver = true;
            yield return flow;
        }

        _inOrder.Clear();
    }

    private void Grow()
    {
        var larger = new Slot[2 * _slots.Length];
        foreach (ref readonly var slot in _slots.AsSpan()) if (slot.Flow is not null) Place(larger, slot);
        _slots = larger;
    }

    private static void Place(Slot[] slots, in Slot slot)
    {
        var mask = (ulong)(slots.Length - 1);
        var place = slot.Hash & mask;
        while (slots[place].Flow is not null) place = (place + 1) & mask;
        slots[place] = slot;
    }

    /// <summary>A hint only: should the object be moved meanwhile, nothing is lost but the hint.</summary>
    private static unsafe void Fetch(object target, int octets)
    {
        if (!Sse.IsSupported) return;
        var start = (byte*)Unsafe.As<object, nint>(ref target);
        for (var at = 0; at < octets; at += CacheLine) Sse.Prefetch0(start + at);
    }
}
