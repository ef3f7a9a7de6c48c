using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>
/// Up to <see cref="Capacity"/> contacts in order of start, exact to the nanosecond, column by column. The columns that a search reads
/// (start, edge, arrival) are packed to the bits that the block's greatest value needs, as in M. Zukowski et al., Super-scalar RAM-CPU
/// cache compression (2006); end and evidence are variable-length octets. Times are counted in the coarsest of 1 s, 1 ms, 1 us, 1 ns that
/// keeps every one of the block exact, so a capture with microseconds pays for microseconds.
/// </summary>
internal sealed class ContactBlock
{
    public const int Capacity = 2048;

    private const int Padding = 8;      // a packed value is read as eight octets, the last one too

    private static readonly long[] Scales = [1_000_000_000, 1_000_000, 1_000, 1];

    private readonly byte[] _data;
    private readonly long _scale;
    private readonly int _startBits, _edgeBits, _arrivalBits;

    private ContactBlock(ReadOnlySpan<Contact> contacts)
    {
        Count = contacts.Length;
        (First, Last) = (contacts[0].Start, contacts[^1].Start);
        _scale = ScaleOf(contacts);

        var starts = new ulong[Count];
        var edges = new ulong[Count];
        var arrivals = new ulong[Count];
        for (var index = 0; index < Count; index++)
        {
            ref readonly var contact = ref contacts[index];
            starts[index] = Ticks(contacts[Math.Max(index - 1, 0)].Start, contact.Start);
            MaxEdge = Math.Max(MaxEdge, contact.Edge);
            edges[index] = (ulong)(uint)contact.Edge << 1 | (ulong)contact.Certainty;
            arrivals[index] = Ticks(contact.Start, contact.Arrival);
        }

        (_startBits, _edgeBits, _arrivalBits) = (BitsOf(starts), BitsOf(edges), BitsOf(arrivals));
        var details = Details(contacts);
        _data = new byte[EvidenceOffset + details.Count + Padding];
        Pack(starts, _startBits, _data);
        Pack(edges, _edgeBits, _data.AsSpan(EdgeOffset));
        Pack(arrivals, _arrivalBits, _data.AsSpan(ArrivalOffset));
        details.CopyTo(_data, EvidenceOffset);
    }

    public int Count { get; }

    /// <summary>Start of the first and of the last contact.</summary>
    public Timestamp First { get; }

    public Timestamp Last { get; }

    public int MaxEdge { get; }

    public int Octets => _data.Length;

    /// <summary>Of <see cref="Octets"/>, those that hold the starts.</summary>
    public int StartOctets => EdgeOffset;

    private int EdgeOffset => Octets8(_startBits);

    private int ArrivalOffset => EdgeOffset + Octets8(_edgeBits);

    private int EvidenceOffset => ArrivalOffset + Octets8(_arrivalBits);

    /// <param name="contacts">In order, straightened, at least one and at most <see cref="Capacity"/>.</param>
    public static ContactBlock Of(ReadOnlySpan<Contact> contacts) => new(contacts);

    /// <summary>The three columns a search needs: nanoseconds, and the edge shifted left by one with the uncertain bit below it.</summary>
    public void ReadHops(Span<long> starts, Span<uint> edges, Span<long> arrivals)
    {
        var moment = First.Nanoseconds;
        for (var index = 0; index < Count; index++)
        {
            moment += (long)Unpacked(0, _startBits, index) * _scale;
            starts[index] = moment;
        }

        for (var (index, at) = (0, EdgeOffset); index < Count; index++) edges[index] = (uint)Unpacked(at, _edgeBits, index);
        for (var (index, at) = (0, ArrivalOffset); index < Count; index++)
            arrivals[index] = starts[index] + (long)Unpacked(at, _arrivalBits, index) * _scale;
    }

    public Contact[] ReadAll()
    {
        var (starts, edges, arrivals) = (new long[Count], new uint[Count], new long[Count]);
        ReadHops(starts, edges, arrivals);
        var contacts = new Contact[Count];
        var (at, evidence) = (EvidenceOffset, 0L);
        for (var index = 0; index < Count; index++)
        {
            var end = arrivals[index] + (long)ReadVariable(ref at) * _scale;
            var delta = ReadVariable(ref at);
            evidence += (long)(delta >> 1) ^ -(long)(delta & 1);
            contacts[index] = new(
                (int)(edges[index] >> 1), new(starts[index]), new(arrivals[index]), new(end), evidence, (ContactCertainty)(edges[index] & 1));
        }

        return contacts;
    }

    private static long ScaleOf(ReadOnlySpan<Contact> contacts)
    {
        var index = 0;
        var origin = contacts[0].Start;     // differences are what is stored
        foreach (ref readonly var contact in contacts)
            while (!Divides(Scales[index], origin, contact.Start) || !Divides(Scales[index], origin, contact.Arrival) || !Divides(Scales[index], origin, contact.End)) index++;

        return Scales[index];
    }

    /// <summary>Unsigned: between the ends of time lie more nanoseconds than a signed number holds.</summary>
    private static bool Divides(long scale, Timestamp from, Timestamp to) => (ulong)(to.Nanoseconds - from.Nanoseconds) % (ulong)scale == 0;

    private ulong Ticks(Timestamp from, Timestamp to) => (ulong)(to.Nanoseconds - from.Nanoseconds) / (ulong)_scale;

    private List<byte> Details(ReadOnlySpan<Contact> contacts)
    {
        var octets = new List<byte>(contacts.Length * 4);
        var before = 0L;
        foreach (ref readonly var contact in contacts)
        {
            WriteVariable(octets, Ticks(contact.Arrival, contact.End));
            var delta = contact.Evidence - before;
            WriteVariable(octets, (ulong)(delta << 1) ^ (ulong)(delta >> 63));      // small when near zero, whatever the sign
            before = contact.Evidence;
        }

        return octets;
    }

    private int Octets8(int bits) => (int)(((long)bits * Count + 7) / 8);

    private static int BitsOf(ReadOnlySpan<ulong> values)
    {
        var all = 0UL;
        foreach (var value in values) all |= value;
        var bits = 64 - BitOperations.LeadingZeroCount(all);
        return bits > 56 ? 64 : bits;       // with more than 56 a shifted value would not fit the eight octets read
    }

    private static void Pack(ReadOnlySpan<ulong> values, int bits, Span<byte> into)
    {
        for (var index = 0; index < values.Length; index++)
        {
            var at = (long)index * bits;
            var octets = into[(int)(at >> 3)..];
            for (var (rest, octet) = ((UInt128)values[index] << (int)(at & 7), 0); rest != 0; rest >>= 8, octet++) octets[octet] |= (byte)rest;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Unpacked(int column, int bits, int index)
    {
        var at = (long)index * bits;
        var word = BinaryPrimitives.ReadUInt64LittleEndian(_data.AsSpan(column + (int)(at >> 3)));
        return bits == 64 ? word : word >> (int)(at & 7) & ((1UL << bits) - 1);
    }

    private static void WriteVariable(List<byte> octets, ulong value)
    {
        for (; value >= 0x80; value >>= 7) octets.Add((byte)(value | 0x80));
        octets.Add((byte)value);
    }

    private ulong ReadVariable(ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var octet = _data[at++];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) return value;
        }
    }
}
