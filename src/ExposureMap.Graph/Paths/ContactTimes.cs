using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>How much of the past is kept contact by contact. What exceeds it becomes a <see cref="ContactBound"/>, never nothing.</summary>
public sealed record ContactLimits
{
    /// <summary>Of the blocks and bounds. The bounds themselves (one an edge) cannot be reduced further.</summary>
    public long MaxOctets { get; init; } = long.MaxValue;

    /// <summary>Counted back from the latest start.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.MaxValue;
}

/// <summary>
/// The times of all conversations, growing: one writer adds in any order, readers take a <see cref="ContactLog"/>. Added contacts wait
/// unsorted until there are enough for a block, then are merged into the log; only blocks that overlap them in time are written again.
/// </summary>
public sealed class ContactTimes(ContactLimits limits)
{
    /// <summary>What one bound is counted as: its value and its place in the table.</summary>
    internal const int BoundOctets = 144;

    private const int Waiting = 32 * ContactBlock.Capacity;

    private readonly List<Contact> _waiting = [];
    private readonly List<ContactBlock> _blocks = [];
    private readonly Dictionary<int, ContactBound> _bounds = [];
    private long _octets;

    public void Add(in Contact contact)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contact.Edge);
        _waiting.Add(contact.Straightened());
        if (_waiting.Count >= Waiting) Settle();
    }

    /// <summary>Everything added so far. Called by the writer; the log may be read by anyone, for as long as they like.</summary>
    public ContactLog Freeze()
    {
        Settle();
        var bounds = _bounds.Values.ToArray();
        Array.Sort(bounds, (left, right) => left.First.CompareTo(right.First));
        return new([.. _blocks], [.. bounds]);
    }

    private void Settle()
    {
        if (_waiting.Count == 0) return;
        _waiting.Sort();
        var contacts = Merged(TakeOverlapping(_waiting[0].Start));
        for (var at = 0; at < contacts.Count; at += ContactBlock.Capacity)
        {
            var block = ContactBlock.Of(CollectionsMarshal.AsSpan(contacts)[at..Math.Min(at + ContactBlock.Capacity, contacts.Count)]);
            _blocks.Add(block);
            _octets += block.Octets;
        }

        _waiting.Clear();
        Collapse();
    }

    /// <summary>The contacts of the last blocks that have any at or after that start, or that are not full.</summary>
    private List<Contact> TakeOverlapping(Timestamp start)
    {
        var first = _blocks.Count;
        while (first > 0 && (_blocks[first - 1].Last > start || (first == _blocks.Count && _blocks[first - 1].Count < ContactBlock.Capacity))) first--;
        var contacts = new List<Contact>();
        foreach (var block in _blocks.Skip(first))
        {
            contacts.AddRange(block.ReadAll());
            _octets -= block.Octets;
        }

        _blocks.RemoveRange(first, _blocks.Count - first);
        return contacts;
    }

    private List<Contact> Merged(List<Contact> settled)
    {
        if (settled.Count == 0) return _waiting;
        var merged = new List<Contact>(settled.Count + _waiting.Count);
        var (left, right) = (0, 0);
        while (left < settled.Count && right < _waiting.Count)
            merged.Add(settled[left].CompareTo(_waiting[right]) <= 0 ? settled[left++] : _waiting[right++]);
        merged.AddRange(settled.Skip(left));
        merged.AddRange(_waiting.Skip(right));
        return merged;
    }

    /// <summary>Turns the oldest blocks into bounds until age and memory fit. The newest block always stays.</summary>
    private void Collapse()
    {
        var latest = _blocks[^1].Last;
        var collapsed = 0;
        while (collapsed < _blocks.Count - 1 && IsTooMuch(_blocks[collapsed], latest))
        {
            var block = _blocks[collapsed++];
            _octets -= block.Octets;
            foreach (var contact in block.ReadAll())
                _bounds[contact.Edge] = _bounds.TryGetValue(contact.Edge, out var bound) ? bound.And(contact) : new(contact, contact, contact.Arrival, contact.End, 1);
        }

        _blocks.RemoveRange(0, collapsed);
    }

    private bool IsTooMuch(ContactBlock oldest, Timestamp latest) =>
        _octets + _bounds.Count * (long)BoundOctets > limits.MaxOctets || (limits.MaxAge != TimeSpan.MaxValue && latest - oldest.Last > limits.MaxAge);
}
