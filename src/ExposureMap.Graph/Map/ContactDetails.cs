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

    /// <summary>Ticks of the block from arrival to end.</summary>
    public ulong Rest { get; private set; }

    public long Evidence { get; private set; }

    public int Capture { get; private set; }

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
            if (contact.Capture != capture) (before[capture], evidence, capture) = (evidence, before.GetValueOrDefault(contact.Capture), contact.Capture);
            PackedBits.WriteVariable(octets, ContactBlock.Gap(contact.Arrival, contact.End) / scale);
            PackedBits.WriteVariable(octets, PackedBits.Folded(contact.Evidence - evidence));
            evidence = contact.Evidence;
        }

        return octets;
    }
}
