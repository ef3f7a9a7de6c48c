using System.Collections.Immutable;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// All contacts at one moment, immutable. One log in order of time and not one list an edge: the gaps between the starts of all
/// conversations are far smaller than between those of one conduit, so exact microseconds need fewer than 3 octets; evidence numbers grow with it; a
/// search for the earliest arrival reads it once from front to back; and what is too old is its first blocks.
/// </summary>
public sealed class ContactLog
{
    public static readonly ContactLog Empty = new([], []);

    private readonly int[] _first;      // number of each block's first contact

    internal ContactLog(ImmutableArray<ContactBlock> blocks, ImmutableArray<ContactBound> bounds)
    {
        (Blocks, Bounds) = (blocks, bounds);
        _first = new int[blocks.Length + 1];
        foreach (var block in blocks) MaxEdge = Math.Max(MaxEdge, block.MaxEdge);
        foreach (var bound in bounds) MaxEdge = Math.Max(MaxEdge, bound.First.Edge);
        for (var index = 0; index < blocks.Length; index++) _first[index + 1] = _first[index] + blocks[index].Count;
    }

    internal ImmutableArray<ContactBlock> Blocks { get; }

    /// <summary>Edges whose older contacts are known by bounds only, in order of first start.</summary>
    public ImmutableArray<ContactBound> Bounds { get; }

    /// <summary>Contacts kept exactly.</summary>
    public int Count => _first[^1];

    public bool IsExact => Bounds.IsEmpty;

    public long Octets => Blocks.Sum(block => (long)block.Octets) + Bounds.Length * (long)ContactTimes.BoundOctets;

    /// <summary>Of <see cref="Octets"/>, those that hold the starts.</summary>
    public long StartOctets => Blocks.Sum(block => (long)block.StartOctets);

    /// <summary>Every exact contact, by time. For printing; searches read the columns.</summary>
    public IEnumerable<Contact> All() => Blocks.SelectMany(block => block.ReadAll());

    /// <summary>The exact contacts of some edges, by time: one pass over the log.</summary>
    public IEnumerable<Contact> Of(IReadOnlySet<int> edges) => All().Where(contact => edges.Contains(contact.Edge));

    /// <summary>A log from contacts in any order, without a limit.</summary>
    public static ContactLog Of(IEnumerable<Contact> contacts)
    {
        var times = new ContactTimes(new());
        foreach (var contact in contacts) times.Add(contact);
        return times.Freeze();
    }

    internal int MaxEdge { get; } = -1;

    internal int FirstOf(int block) => _first[block];

    internal Contact At(int number)
    {
        var block = Array.BinarySearch(_first, number);
        if (block < 0) block = ~block - 1;
        return Blocks[block].ReadAll()[number - _first[block]];
    }
}
