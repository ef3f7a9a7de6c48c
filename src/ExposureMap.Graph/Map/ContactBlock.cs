using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Up to <see cref="Capacity"/> contacts in order of start, exact to the nanosecond, column by column. The columns that a search reads
/// (start, edge, arrival) are packed to the bits that the block's greatest value needs; end, evidence and capture are variable-length octets.
/// Times are counted in the coarsest of 1 s, 1 ms, 1 us, 1 ns that keeps every one of the block exact, so a capture with microseconds pays for
/// microseconds.
/// </summary>
public sealed class ContactBlock
{
    public const int Capacity = 2048;

    private const int MarkEvery = 64;

    private static readonly int HeadOctets = Unsafe.SizeOf<Head>();

    private static readonly long[] Scales = [1_000_000_000, 1_000_000, 1_000, 1];

    private readonly byte[] _data;      // as it is stored: head, starts, edges, arrivals, details, padding
    private readonly Head _head;
    private Mark[]? _marks;             // made when a single contact is first asked for

    private ContactBlock(in Head head, byte[] data)
    {
        (_head, _data) = (head, data);
        EdgeOffset = HeadOctets + PackedBits.Octets(head.StartBits, head.Count);
        ArrivalOffset = EdgeOffset + PackedBits.Octets(head.EdgeBits, head.Count);
        DetailOffset = ArrivalOffset + PackedBits.Octets(head.ArrivalBits, head.Count);
    }

    /// <summary>As it is stored, before the columns.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 8)]
    private struct Head
    {
        /// <summary>Nanoseconds since 1970: start of the first and of the last contact.</summary>
        public long First;
        public long Last;
        public int Count;
        public int MaxEdge;
        public byte Scale;
        public byte StartBits;
        public byte EdgeBits;
        public byte ArrivalBits;
    }

    /// <summary>Where to go on reading: gaps and differences only add up from somewhere.</summary>
    private readonly record struct Mark(long Start, ContactDetails.Place Details);

    public int Count => _head.Count;

    /// <summary>Start of the first and of the last contact.</summary>
    public Timestamp First => new(_head.First);

    public Timestamp Last => new(_head.Last);

    public int MaxEdge => _head.MaxEdge;

    public int Octets => _data.Length;

    /// <summary>Of <see cref="Octets"/>, those that hold the starts.</summary>
    public int StartOctets => EdgeOffset - HeadOctets;

    private int EdgeOffset { get; }

    private int ArrivalOffset { get; }

    private int DetailOffset { get; }

    private long Scale => Scales[_head.Scale];

    /// <param name="contacts">In order, straightened, at least one and at most <see cref="Capacity"/>.</param>
    internal static ContactBlock Of(ReadOnlySpan<Contact> contacts)
    {
        var count = contacts.Length;
        var head = new Head
        {
            First = contacts[0].Start.Nanoseconds,
            Last = contacts[^1].Start.Nanoseconds,
            Count = count,
            Scale = ScaleOf(contacts)
        };
        var (starts, edges, arrivals) = (new ulong[count], new ulong[count], new ulong[count]);
        var scale = (ulong)Scales[head.Scale];
        for (var index = 0; index < count; index++)
        {
            ref readonly var contact = ref contacts[index];
            starts[index] = Gap(contacts[Math.Max(index - 1, 0)].Start, contact.Start) / scale;
            head.MaxEdge = Math.Max(head.MaxEdge, contact.Edge);
            edges[index] = (ulong)(uint)contact.Edge << 1 | (ulong)contact.Certainty;
            arrivals[index] = Gap(contact.Start, contact.Arrival) / scale;
        }

        (head.StartBits, head.EdgeBits, head.ArrivalBits) =
            ((byte)PackedBits.BitsOf(starts), (byte)PackedBits.BitsOf(edges), (byte)PackedBits.BitsOf(arrivals));
        var details = ContactDetails.Write(contacts, scale);
        var size = HeadOctets + PackedBits.Octets(head.StartBits, count) + PackedBits.Octets(head.EdgeBits, count)
            + PackedBits.Octets(head.ArrivalBits, count) + details.Count + PackedBits.Padding;
        var block = new ContactBlock(head, new byte[size]);
        MemoryMarshal.Write(block._data, head);
        PackedBits.Pack(starts, head.StartBits, block._data.AsSpan(HeadOctets));
        PackedBits.Pack(edges, head.EdgeBits, block._data.AsSpan(block.EdgeOffset));
        PackedBits.Pack(arrivals, head.ArrivalBits, block._data.AsSpan(block.ArrivalOffset));
        details.CopyTo(block._data, block.DetailOffset);
        return block;
    }

    /// <summary>What <see cref="TryRead"/> makes a block of.</summary>
    public ReadOnlyMemory<byte> Stored => _data;

    /// <param name="octets">The block keeps them.</param>
    /// <param name="edges">How many edges there are: a contact of another one is damage.</param>
    public static bool TryRead(byte[] octets, int edges, out ContactBlock block)
    {
        block = null!;
        if (!MemoryMarshal.TryRead(octets, out Head head)) return false;
        if (head.Count is < 1 or > Capacity || head.Scale >= Scales.Length || head.StartBits > 64 || head.EdgeBits > 33 || head.ArrivalBits > 64)
            return false;
        var read = new ContactBlock(head, octets);
        if (read.DetailOffset + PackedBits.Padding > read._data.Length) return false;
        Span<uint> numbers = stackalloc uint[Capacity];
        read.ReadEdges(numbers);
        foreach (var number in numbers[..head.Count]) if (number >> 1 >= edges) return false;
        block = read;
        return true;
    }

    /// <summary>Nanoseconds, ascending.</summary>
    public void ReadStarts(Span<long> starts)
    {
        var (count, scale, moment) = (Count, Scale, _head.First);
        var column = _data.AsSpan(HeadOctets);
        int bits = _head.StartBits;
        for (var index = 0; index < count; index++)
        {
            moment += (long)PackedBits.At(column, bits, index) * scale;
            starts[index] = moment;
        }
    }

    /// <summary>The edges alone, each shifted left by one with the uncertain bit below it.</summary>
    public void ReadEdges(Span<uint> edges)
    {
        var column = _data.AsSpan(EdgeOffset);
        var (count, bits) = (Count, (int)_head.EdgeBits);
        for (var index = 0; index < count; index++) edges[index] = (uint)PackedBits.At(column, bits, index);
    }

    /// <summary>One of them.</summary>
    public uint EdgeOf(int index) => (uint)PackedBits.At(_data.AsSpan(EdgeOffset), _head.EdgeBits, index);

    /// <summary>In nanoseconds, as the start is.</summary>
    public long ArrivalOf(int index, long start) => start + (long)PackedBits.At(_data.AsSpan(ArrivalOffset), _head.ArrivalBits, index) * Scale;

    public Timestamp StartOf(int index)
    {
        var column = _data.AsSpan(HeadOctets);
        var (ticks, bits) = (0L, (int)_head.StartBits);
        for (var before = index / MarkEvery * MarkEvery + 1; before <= index; before++) ticks += (long)PackedBits.At(column, bits, before);
        return new(Marks[index / MarkEvery].Start + ticks * Scale);
    }

    public Contact At(int index)
    {
        var start = StartOf(index).Nanoseconds;
        var (edge, arrival) = (EdgeOf(index), ArrivalOf(index, start));
        var details = new ContactDetails(_data.AsSpan(DetailOffset), Count);
        var next = details.IsOfOneCapture ? index / MarkEvery * MarkEvery : 0;
        if (next > 0) details.GoTo(Marks[index / MarkEvery].Details);
        for (; next <= index; next++) details.Next();
        return Made(edge, start, arrival, details);
    }

    private Mark[] Marks => _marks ??= ReadMarks();

    private Mark[] ReadMarks()
    {
        var marks = new Mark[(Count + MarkEvery - 1) / MarkEvery];
        var moment = _head.First;
        var column = _data.AsSpan(HeadOctets);
        var details = new ContactDetails(_data.AsSpan(DetailOffset), Count);
        for (var index = 0; index < Count; index++)
        {
            moment += (long)PackedBits.At(column, _head.StartBits, index) * Scale;
            if (index % MarkEvery == 0) marks[index / MarkEvery] = new(moment, details.Here);
            details.Next();
        }

        return marks;
    }

    public Contact[] ReadAll()
    {
        var (starts, edges) = (new long[Count], new uint[Count]);
        ReadStarts(starts);
        ReadEdges(edges);
        var details = new ContactDetails(_data.AsSpan(DetailOffset), Count);
        var contacts = new Contact[Count];
        for (var index = 0; index < contacts.Length; index++)
        {
            details.Next();
            contacts[index] = Made(edges[index], starts[index], ArrivalOf(index, starts[index]), details);
        }

        return contacts;
    }

    private Contact Made(uint edge, long start, long arrival, in ContactDetails details) =>
        new((int)(edge >> 1), new(start), new(arrival), new(arrival + (long)details.Rest * Scale), details.Evidence,
            (ContactCertainty)(edge & 1), details.Capture);

    private static byte ScaleOf(ReadOnlySpan<Contact> contacts)
    {
        byte index = 0;
        var origin = contacts[0].Start;     // differences are what is stored
        foreach (ref readonly var contact in contacts)
            while (!Divides(Scales[index], origin, contact.Start) || !Divides(Scales[index], origin, contact.Arrival)
                || !Divides(Scales[index], origin, contact.End))
                index++;

        return index;
    }

    private static bool Divides(long scale, Timestamp from, Timestamp to) => Gap(from, to) % (ulong)scale == 0;

    /// <summary>Unsigned: between the ends of time lie more nanoseconds than a signed number holds.</summary>
    internal static ulong Gap(Timestamp from, Timestamp to) => (ulong)(to.Nanoseconds - from.Nanoseconds);
}
