using System.Collections.Immutable;

namespace ExposureMap.Graph.Map;

/// <summary>
/// All contacts at one moment, immutable. One log in order of time and not one list an edge: the gaps between the starts of all
/// conversations are far smaller than between those of one conduit, so exact microseconds need fewer than 3 octets; evidence numbers grow with it; a
/// search for the earliest arrival reads it once from front to back; and what is too old is its first blocks.
/// </summary>
public sealed class ContactLog
{
    public static readonly ContactLog Empty = new([], [], Rows<ContactBound>.Empty);

    private readonly Lazy<Settled> _settled;

    /// <param name="blocks">In order of time; the list itself must not change any more.</param>
    /// <param name="fresh">In any order; sorted into the blocks when somebody first asks, and not by the writer.</param>
    internal ContactLog(List<ContactBlock> blocks, List<Contact> fresh, Rows<ContactBound> bounds)
        : this(bounds, () =>
        {
            ContactBlocks.Sort(fresh);
            return ContactBlocks.Merge(blocks, fresh);
        })
    {
    }

    private ContactLog(Rows<ContactBound> bounds, Func<List<ContactBlock>> blocks) => (Bounds, _settled) = (bounds, new(() => new(blocks())));

    /// <summary>Edges whose older contacts are known by bounds only.</summary>
    public Rows<ContactBound> Bounds { get; }

    /// <summary>Contacts kept exactly.</summary>
    public int Count => First[^1];

    public bool IsExact => Bounds.Count == 0;

    public long Octets => Blocks.Sum(block => (long)block.Octets) + Bounds.Count * (long)ContactTimes.BoundOctets;

    /// <summary>Of <see cref="Octets"/>, those that hold the starts.</summary>
    public long StartOctets => Blocks.Sum(block => (long)block.StartOctets);

    /// <summary>In order of time.</summary>
    public ImmutableArray<ContactBlock> Blocks => _settled.Value.Blocks;

    /// <summary>Number of each block's first contact, and one more for the end.</summary>
    private int[] First => _settled.Value.First;

    /// <summary>Every exact contact, by time. For printing; searches read the columns.</summary>
    public IEnumerable<Contact> All() => Blocks.SelectMany(block => block.ReadAll());

    /// <summary>A log from contacts in any order, without a limit.</summary>
    public static ContactLog Of(IEnumerable<Contact> contacts)
    {
        var times = new ContactTimes(ContactLimits.None);
        foreach (var contact in contacts) times.Add(contact);
        return times.Freeze();
    }

    /// <summary>A log as it was stored.</summary>
    /// <param name="blocks">In any order; read when somebody first asks.</param>
    public static ContactLog Of(IEnumerable<ContactBlock> blocks, Rows<ContactBound> bounds) =>
        new(bounds, () => [.. blocks.OrderBy(block => block.First).ThenBy(block => block.Last)]);

    internal int FirstOf(int block) => First[block];

    /// <summary>The block that holds a contact by its number, and its place there.</summary>
    internal (int Block, int Index) PlaceOf(int number)
    {
        var block = Array.BinarySearch(First, number);
        if (block < 0) block = ~block - 1;
        return (block, number - First[block]);
    }

    internal Contact At(int number)
    {
        var (block, index) = PlaceOf(number);
        return Blocks[block].At(index);
    }

    /// <summary>Blocks, and how many contacts lie before each.</summary>
    private sealed class Settled
    {
        public Settled(List<ContactBlock> blocks)
        {
            (Blocks, First) = ([.. blocks], new int[blocks.Count + 1]);
            for (var index = 0; index < blocks.Count; index++) First[index + 1] = First[index] + blocks[index].Count;
        }

        public ImmutableArray<ContactBlock> Blocks { get; }

        public int[] First { get; }
    }
}
