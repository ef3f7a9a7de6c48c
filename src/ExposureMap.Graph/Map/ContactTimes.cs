using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>How much of the past is kept contact by contact. What exceeds it becomes a <see cref="ContactBound"/>, never nothing.</summary>
public sealed record ContactLimits
{
    public static readonly ContactLimits None = new();

    /// <summary>Of the blocks and bounds. The bounds themselves (one an edge) cannot be reduced further.</summary>
    public long MaxOctets { get; init; } = long.MaxValue;

    /// <summary>
    /// Counted back from the newest starts; the very last block is not asked, so that a few frames with a wrong clock do not age all others.
    /// </summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.MaxValue;
}

/// <summary>
/// The times of all conversations, growing: one writer adds in any order, readers take a <see cref="ContactLog"/>. Added contacts wait
/// unsorted until there are enough of them; then the blocks they fall into are written again, and only those.
/// </summary>
public sealed class ContactTimes(ContactLimits limits)
{
    /// <summary>What one bound is counted as: its value and its place in the index.</summary>
    internal const int BoundOctets = 160;

    private const int Waiting = 32 * ContactBlock.Capacity;

    private readonly List<Contact> _waiting = [];
    private readonly RowTable<ContactBound> _bounds = new();
    private readonly Dictionary<int, int> _boundOf = [];
    private List<ContactBlock> _blocks = [];

    /// <summary>Goes on from what was kept.</summary>
    public ContactTimes(ContactLimits limits, ContactLog kept)
        : this(limits)
    {
        _blocks.AddRange(kept.Blocks);
        _bounds.Load(Enumerable.Range(0, kept.Bounds.Chunks).Select(kept.Bounds.Chunk), kept.Bounds.Count);
        for (var row = 0; row < _bounds.Count; row++) _boundOf[_bounds[row].First.Edge] = row;
        Collapse();
    }

    public void Add(in Contact contact)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contact.Edge);
        _waiting.Add(contact.Straightened());
        if (_waiting.Count >= Waiting) Settle();
    }

    /// <summary>Everything added so far. Called by the writer; the log may be read by anyone, for as long as they like.</summary>
    /// <param name="open">Contacts whose conversations go on: part of this log only, to be added when they are over.</param>
    public ContactLog Freeze(params IReadOnlyCollection<Contact> open)
    {
        var fresh = new List<Contact>(_waiting.Count + open.Count);
        fresh.AddRange(_waiting);
        foreach (var contact in open) fresh.Add(contact.Straightened());
        return new(_blocks, fresh, _bounds.Snapshot());
    }

    /// <summary>The same contacts under new numbers of their edges; those of an edge that has none any more (below 0) are left out.</summary>
    public ContactTimes Renumbered(ReadOnlySpan<int> edges) => Renumbered(edges, Timestamp.Beginning, Timestamp.Never);

    /// <summary>
    /// ... and those that ended before a span of time, or began after it. Bounds stay: they say no more than that it may have been then.
    /// </summary>
    public ContactTimes Renumbered(ReadOnlySpan<int> edges, Timestamp since, Timestamp until)
    {
        var moved = new ContactTimes(limits);
        for (var row = 0; row < _bounds.Count; row++)
        {
            var (bound, edge) = (_bounds[row], edges[_bounds[row].First.Edge]);
            if (edge >= 0)
                moved._boundOf.Add(edge,
                    moved._bounds.Add(bound with { First = bound.First with { Edge = edge }, Last = bound.Last with { Edge = edge } }));
        }

        foreach (var block in Freeze().Blocks)
            foreach (var contact in block.ReadAll())
                if (edges[contact.Edge] is var edge and >= 0 && contact.Start <= until && contact.End >= since)
                    moved.Add(contact with { Edge = edge });
        return moved;
    }

    private void Settle()
    {
        ContactBlocks.Sort(_waiting);
        _blocks = ContactBlocks.Merge(_blocks, _waiting);
        _waiting.Clear();
        Collapse();
    }

    /// <summary>Turns the oldest blocks into bounds until age and memory fit. The newest block always stays.</summary>
    private void Collapse()
    {
        if (_blocks.Count < 2) return;
        var (octets, latest, collapsed) = (_blocks.Sum(block => (long)block.Octets), _blocks[^2].Last, 0);
        while (collapsed < _blocks.Count - 1 && IsTooMuch(octets, _blocks[collapsed].Last, latest))
        {
            var block = _blocks[collapsed++];
            octets -= block.Octets;
            foreach (var contact in block.ReadAll()) Bound(contact);
        }

        if (collapsed > 0) _blocks = _blocks.GetRange(collapsed, _blocks.Count - collapsed);
    }

    private void Bound(in Contact contact)
    {
        if (_boundOf.TryGetValue(contact.Edge, out var row)) _bounds.Edit(row) = _bounds[row].And(contact);
        else _boundOf.Add(contact.Edge, _bounds.Add(ContactBound.Of(contact)));
    }

    private bool IsTooMuch(long octets, Timestamp oldest, Timestamp latest) =>
        octets + _bounds.Count * (long)BoundOctets > limits.MaxOctets || (limits.MaxAge != TimeSpan.MaxValue && latest - oldest > limits.MaxAge);
}
