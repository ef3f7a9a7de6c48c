namespace ExposureMap.Graph.Map;

/// <summary>
/// What of a block's contacts no search reads: how long after the answer each ended, its evidence as the difference to the one before of the
/// same capture, and the captures as runs (length, number), since neighbours in time mostly come from the same one.
/// </summary>
internal ref struct ContactDetails
{
    private readonly ReadOnlySpan<byte> _octets;
    private readonly Dictionary<int, long>? _before;       // where there are several captures
    private int _runs;
    private int _values;
    private int _left;

    public ContactDetails(ReadOnlySpan<byte> octets, int count)
    {
        _octets = octets;
        for (var counted = 0; counted < count && _values < octets.Length;)
        {
            if (counted > 0) _before ??= [];
            counted += (int)Math.Clamp(PackedBits.ReadVariable(octets, ref _values), 1, (ulong)count);
            PackedBits.ReadVariable(octets, ref _values);
        }
    }

    /// <summary>Only of one capture the evidence before a place is told by the place alone.</summary>
    public readonly bool IsOfOneCapture => _before is null;

    public readonly Place Here => new(_runs, _values, _left, Capture, Evidence);

    /// <summary>Ticks of the block from arrival to end.</summary>
    public ulong Rest { get; private set; }

    public long Evidence { get; private set; }

    public int Capture { get; private set; }

    /// <summary>Goes on where another reading of the same octets was.</summary>
    public void GoTo(Place place) =>
        (_runs, _values, _left, Capture, Evidence) = (place.Runs, place.Values, place.Left, place.Capture, place.Evidence);

    public void Next()
    {
        if (_left == 0)
        {
            if (_before is not null) _before[Capture] = Evidence;
            _left = (int)Math.Clamp(PackedBits.ReadVariable(_octets, ref _runs), 1, ContactBlock.Capacity);
            Capture = (int)PackedBits.ReadVariable(_octets, ref _runs);
            Evidence = _before?.GetValueOrDefault(Capture) ?? 0;
        }

        _left--;
        Rest = PackedBits.ReadVariable(_octets, ref _values);
        Evidence += PackedBits.Unfolded(PackedBits.ReadVariable(_octets, ref _values));
    }

    /// <summary>How far the octets of a block of one capture were read.</summary>
    public readonly record struct Place(int Runs, int Values, int Left, int Capture, long Evidence);

    public static List<byte> Write(ReadOnlySpan<Contact> contacts, ulong scale)
    {
        var octets = new List<byte>(contacts.Length * 4);
        for (var (index, end) = (0, 0); index < contacts.Length; index = end)
        {
            while (end < contacts.Length && contacts[end].Capture == contacts[index].Capture) end++;
            PackedBits.WriteVariable(octets, (ulong)(end - index));
            PackedBits.WriteVariable(octets, (ulong)(uint)contacts[index].Capture);
        }

        var (before, capture, evidence) = (new Dictionary<int, long>(), contacts[0].Capture, 0L);
        foreach (ref readonly var contact in contacts)
        {
            if (contact.Capture != capture)
                (before[capture], evidence, capture) = (evidence, before.GetValueOrDefault(contact.Capture), contact.Capture);
            PackedBits.WriteVariable(octets, ContactBlock.Gap(contact.Arrival, contact.End) / scale);
            PackedBits.WriteVariable(octets, PackedBits.Folded(contact.Evidence - evidence));
            evidence = contact.Evidence;
        }

        return octets;
    }
}
