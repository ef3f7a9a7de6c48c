using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>Facts as they are told, by the one writer: each once, better known ones beside lesser ones, so many an address.</summary>
internal sealed class FactNotes
{
    private const int MaximumPerAddress = 64;

    private readonly NumberedValues<string> _texts;
    private readonly RowTable<FactRow> _rows = new();
    private readonly RowIndex<FactRow, Address, SubjectKey> _last;
    private readonly Dictionary<int, (Address Mac, int Hops)> _macs = [];       // by text, of those that were compared

    public FactNotes(NumberedValues<string> texts) => (_texts, _last) = (texts, new(_rows));

    public int Count => _rows.Count;

    public Address SubjectOf(int row) => _rows[row].Address;

    public AssetFact this[int row] => _rows[row].ToFact(_texts[_rows[row].Value], _texts[_rows[row].Source], _texts[_rows[row].Capture]);

    public FactTable Freeze() => new(_rows.Snapshot(), _texts.Values);

    /// <summary>Goes on from what was stored; only at the beginning, and with the texts that go with it.</summary>
    public void Load(Rows<FactRow> stored)
    {
        _rows.Load(Enumerable.Range(0, stored.Chunks).Select(stored.Chunk), stored.Count);
        for (var row = 0; row < stored.Count; row++) NoteLast(row, stored[row].Before);
    }

    /// <summary>Something will be told of the address soon.</summary>
    public void Expect(Address subject) => _last.Expect(subject);

    /// <summary>The address was expected, and its last row will be touched soon.</summary>
    public void ExpectRow(Address subject) => _last.ExpectRow(subject);

    /// <summary>Its row; <see cref="FactRow.None"/> when it says nothing new, or too much is known already.</summary>
    public int Add(AssetFact fact)
    {
        var (last, count, value) = (_last.Find(fact.Subject), 0, _texts.NumberOf(fact.Value));
        for (var row = last; row >= 0; row = _rows[row].Before)
        {
            ref readonly var one = ref _rows[row];
            if (++count == MaximumPerAddress
                || one.Kind == fact.Kind && one.Value == value && one.Vlan == fact.Vlan && one.Certainty >= fact.Certainty)
                return FactRow.None;
        }

        var added = _rows.Add(new()
        {
            AddressHigh = fact.Subject.Number.High,
            AddressLow = fact.Subject.Number.Low,
            At = fact.Evidence.First.Nanoseconds,
            Frame = fact.Evidence.FirstFrame,
            Value = value,
            Source = _texts.NumberOf(fact.Source),
            Capture = _texts.NumberOf(fact.Evidence.Capture ?? ""),
            Before = last,
            Vlan = (short)fact.Vlan,
            Family = fact.Subject.Family,
            Kind = fact.Kind,
            Certainty = fact.Certainty,
        });
        NoteLast(added, last);
        return added;
    }

    /// <summary>All of an address, oldest first.</summary>
    public ImmutableArray<AssetFact> Of(Address address)
    {
        var facts = new List<AssetFact>();
        for (var row = _last.Find(address); row != FactRow.None; row = _rows[row].Before) facts.Add(this[row]);
        facts.Reverse();
        return [.. facts];
    }

    /// <summary>
    /// Does it claim a private address for another MAC than was told on another VLAN, or in another capture? Told of rows, without their words.
    /// </summary>
    public bool IsDisputed(int fact)
    {
        ref readonly var now = ref _rows[fact];
        if (!IsOfMac(now.Kind) || now.Before == FactRow.None || now.Address is not { IsPrivate: true, IsIp: true, IsLoopback: false }) return false;
        for (var row = now.Before; row != FactRow.None; row = _rows[row].Before)
        {
            ref readonly var one = ref _rows[row];
            if (!IsOfMac(one.Kind) || one.Value == now.Value || (one.Vlan == now.Vlan && one.Capture == now.Capture)) continue;
            if (ClaimIn(now) is { } mac && ClaimIn(one) is { } other && mac != other) return true;
        }

        return false;
    }

    /// <summary>The MAC it says to own the address; null where it only forwarded for it (<see cref="Places.IsClaim"/>).</summary>
    private Address? ClaimIn(in FactRow fact)
    {
        if (!_macs.TryGetValue(fact.Value, out var sent)) _macs.Add(fact.Value, sent = EndpointFacts.Mac(_texts[fact.Value]));
        return fact.Kind == FactKind.OwnedBy || sent is { Hops: 0, Mac.IsMac: true } ? sent.Mac : null;
    }

    private void NoteLast(int row, int before)
    {
        if (before == FactRow.None) _last.Add(row);
        else _last.Replace(before, row);
    }

    private static bool IsOfMac(FactKind kind) => kind is FactKind.OwnedBy or FactKind.SentBy;

    private readonly struct SubjectKey : IRowKey<FactRow, Address>
    {
        public static Address Of(in FactRow row) => row.Address;

        public static ulong Hash(in Address key) => SeededHash.Of(key.Number.High, key.Number.Low, (ulong)key.Family);
    }
}
