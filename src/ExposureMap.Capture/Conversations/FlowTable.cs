using System.Runtime.CompilerServices;

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

    private struct Slot
    {
        public uint Hash;

        /// <summary>The conversation's row; 0 for an empty slot.</summary>
        public int Row;
    }

    private readonly ulong _seed = SecretHash.NewSeed();
    private readonly RowPool<Flow> _flows = new();
    private readonly RowPool<FlowLog> _logs = new();
    private readonly RowPool<FlowTold> _told = new();
    private readonly List<FlowExtra?> _extras = [null];
    private readonly Stack<int> _freeExtras = [];
    private readonly List<string> _captures = [];
    private Slot[] _slots = new Slot[MinimumSlots];
    private int _first;
    private int _last;

    public int Count { get; private set; }

    /// <summary>A conversation by its row. The reference holds until it is removed.</summary>
    public ref Flow this[int row] => ref _flows[row];

    /// <summary>Is the row still that of this conversation, by its number?</summary>
    public bool Has(int row, long number) => row != 0 && _flows.Has(row) && _flows[row].Row == row && _flows[row].Number == number;

    /// <summary>What was noted of a conversation: an empty log when nothing was. Only to read.</summary>
    public ref FlowLog LogOf(ref Flow flow) => ref _logs[flow.Log];

    /// <summary>Where to note something of a conversation.</summary>
    public ref FlowLog Noting(ref Flow flow)
    {
        if (flow.Log == 0) flow.Log = _logs.Take();
        return ref _logs[flow.Log];
    }

    /// <summary>What was told of a conversation. Only to read, and only where something was.</summary>
    public ref FlowTold ToldOf(ref Flow flow) => ref _told[flow.Told];

    /// <summary>Where to keep what is told of a conversation that goes on.</summary>
    public ref FlowTold Telling(ref Flow flow)
    {
        if (flow.Told == 0) flow.Told = _told.Take();
        return ref _told[flow.Told];
    }

    public ProtocolNames Names { get; } = new();

    public KeptHeads Heads { get; } = new();

    /// <summary>What few conversations have; null of most.</summary>
    public FlowExtra? ExtraOf(ref Flow flow) => _extras[flow.Extra];

    public FlowExtra Extending(ref Flow flow)
    {
        if (flow.Extra == 0 && !_freeExtras.TryPop(out flow.Extra))
        {
            flow.Extra = _extras.Count;
            _extras.Add(null);
        }

        return _extras[flow.Extra] ??= new();
    }

    public string CaptureOf(ref Flow flow) => _captures[flow.Capture];

    /// <summary>Captures follow one another: mostly it is the last one.</summary>
    public int NumberOfCapture(string capture)
    {
        for (var number = _captures.Count - 1; number >= 0; number--) if (ReferenceEquals(_captures[number], capture)) return number;
        _captures.Add(capture);
        return _captures.Count - 1;
    }

    /// <summary>The oldest conversation's row, 0 when there is none; each names the next in <see cref="Flow.Later"/>.</summary>
    public int First => _first;

    public uint HashOf(in FlowKey key) => (uint)key.Hash(_seed);

    /// <summary>This hash will be sought soon.</summary>
    public void Expect(uint hash) => Cache.Fetch(ref Unsafe.As<Slot, byte>(ref _slots[hash & (uint)(_slots.Length - 1)]), 1);

    /// <summary>This hash was expected, and its conversation will be touched soon.</summary>
    public void ExpectFlow(uint hash)
    {
        ref var slot = ref _slots[hash & (uint)(_slots.Length - 1)];
        if (slot.Hash == hash && slot.Row != 0) Cache.Fetch(ref Unsafe.As<Flow, byte>(ref _flows[slot.Row]), Flow.HotOctets);
    }

    /// <summary>This hash's conversation was expected, and what was noted of it will be touched soon.</summary>
    /// <returns>Whether the frame may be the sender's first.</returns>
    public bool ExpectLog(uint hash, bool fromLow)
    {
        ref var slot = ref _slots[hash & (uint)(_slots.Length - 1)];
        if (slot.Hash != hash || slot.Row == 0) return true;
        ref var flow = ref _flows[slot.Row];
        if (flow.Log != 0) FetchLog(flow.Log);
        ref var sender = ref flow.Side(fromLow);
        if (sender.Framer.Head != 0) Heads.Expect(sender.Framer.Head);
        return sender.Packets == 0;
    }

    /// <summary>The conversations after this one will be told soon: they mostly stand in the order of their rows.</summary>
    public void ExpectAfter(int row)
    {
        const int Far = 8, Near = 4;
        if (_flows.Has(row + Far)) Cache.Fetch(ref Unsafe.As<Flow, byte>(ref _flows[row + Far]), Unsafe.SizeOf<Flow>());
        if (_flows.Has(row + Near)) FetchLog(_flows[row + Near].Log);
    }

    /// <summary>The row of the conversation with this key, 0 when there is none.</summary>
    public int Find(in FlowKey key, uint hash)
    {
        var slots = _slots;
        for (var place = hash; ; place++)
        {
            ref var slot = ref slots[place & (uint)(slots.Length - 1)];
            if (slot.Row == 0) return 0;
            if (slot.Hash == hash && _flows[slot.Row].Key.Equals(key)) return slot.Row;
        }
    }

    /// <summary>Begins a conversation whose key is not in the table: the last in order.</summary>
    public ref Flow Add(scoped in FlowKey key, uint hash)
    {
        if (Count >= _slots.Length / 2) Grow();
        var row = _flows.Take();
        Place(_slots, new Slot { Hash = hash, Row = row });
        Count++;
        ref var flow = ref _flows[row];
        (flow.Key, flow.Row, flow.Earlier) = (key, row, _last);
        if (_last == 0) _first = row;
        else _flows[_last].Later = row;
        _last = row;
        return ref flow;
    }

    /// <summary>The conversation is over: its row is free for another one.</summary>
    public void Remove(ref Flow flow)
    {
        Count--;
        if (flow.Earlier == 0) _first = flow.Later;
        else _flows[flow.Earlier].Later = flow.Later;
        if (flow.Later == 0) _last = flow.Earlier;
        else _flows[flow.Later].Earlier = flow.Earlier;
        Empty(HashOf(flow.Key), flow.Row);
        Heads.GiveBack(flow.Side(true).Framer.Head);
        Heads.GiveBack(flow.Side(false).Framer.Head);
        if (flow.Extra != 0)
        {
            _extras[flow.Extra] = null;
            _freeExtras.Push(flow.Extra);
        }

        _logs.GiveBack(flow.Log);
        _told.GiveBack(flow.Told);
        var row = flow.Row;
        flow.Row = 0;
        _flows.GiveBack(row);
    }

    /// <summary>All conversations are over, and this one was told: its memory may go before <see cref="Clear"/>, as that of the map comes.</summary>
    public void Drop(ref Flow flow)
    {
        _extras[flow.Extra] = null;
        _logs.Drop(flow.Log);
        _told.Drop(flow.Told);
        _flows.Drop(flow.Row);
    }

    /// <summary>All conversations are over: their memory goes back to the system.</summary>
    public void Clear()
    {
        (_slots, _first, _last, Count) = (new Slot[MinimumSlots], 0, 0, 0);
        _extras.Clear();
        _extras.Add(null);
        _freeExtras.Clear();
        Heads.Clear();
        _logs.Clear();
        _told.Clear();
        _flows.Clear();
    }

    private void FetchLog(int log) => Cache.Fetch(ref Unsafe.As<FlowLog, byte>(ref _logs[log]), Unsafe.SizeOf<FlowLog>());

    private void Empty(uint hash, int row)
    {
        var mask = (uint)(_slots.Length - 1);
        var hole = hash & mask;
        while (_slots[hole].Row != row) hole = (hole + 1) & mask;
        for (var next = (hole + 1) & mask; _slots[next].Row != 0; next = (next + 1) & mask)
        {
            var wanted = _slots[next].Hash & mask;
            if (((next - wanted) & mask) < ((next - hole) & mask)) continue;   // would stand before its place
            _slots[hole] = _slots[next];
            hole = next;
        }

        _slots[hole] = default;
    }

    private void Grow()
    {
        var larger = new Slot[2 * _slots.Length];
        foreach (ref readonly var slot in _slots.AsSpan()) if (slot.Row != 0) Place(larger, slot);
        _slots = larger;
    }

    private static void Place(Slot[] slots, in Slot slot)
    {
        var mask = (uint)(slots.Length - 1);
        var place = slot.Hash & mask;
        while (slots[place].Row != 0) place = (place + 1) & mask;
        slots[place] = slot;
    }
}
