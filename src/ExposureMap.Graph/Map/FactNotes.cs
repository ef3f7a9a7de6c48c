using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>Facts as they are told, by the one writer: each once, better known ones beside lesser ones, so many an address.</summary>
internal sealed class FactNotes(NumberedValues<string> texts)
{
    private const int MaximumPerAddress = 64;

    private readonly RowTable<FactRow> _rows = new();
    private readonly Dictionary<Address, (int Last, int Count)> _heads = [];

    public int Count => _rows.Count;

    public AssetFact this[int row] => _rows[row].ToFact(texts[_rows[row].Value], texts[_rows[row].Source], texts[_rows[row].Capture]);

    public FactTable Freeze() => new(_rows.Snapshot(), texts.Values);

    /// <summary>Goes on from what was stored; only at the beginning, and with the texts that go with it.</summary>
    public void Load(Rows<FactRow> stored)
    {
        _rows.Load(Enumerable.Range(0, stored.Chunks).Select(stored.Chunk), stored.Count);
        for (var row = 0; row < stored.Count; row++) _heads[stored[row].Address] = (row, _heads.GetValueOrDefault(stored[row].Address).Count + 1);
    }

    /// <summary>Its row; <see cref="FactRow.None"/> when it says nothing new, or too much is known already.</summary>
    public int Add(AssetFact fact)
    {
        if (!_heads.TryGetValue(fact.Subject, out var known)) known = (FactRow.None, 0);
        if (known.Count >= MaximumPerAddress) return FactRow.None;
        var value = texts.NumberOf(fact.Value);
        for (var row = known.Last; row >= 0; row = _rows[row].Before)
        {
            ref readonly var one = ref _rows[row];
            if (one.Kind == fact.Kind && one.Value == value && one.Vlan == fact.Vlan && one.Certainty >= fact.Certainty) return FactRow.None;
        }

        var added = _rows.Add(new()
        {
            AddressHigh = fact.Subject.Number.High,
            AddressLow = fact.Subject.Number.Low,
            At = fact.Evidence.First.Nanoseconds,
            Frame = fact.Evidence.FirstFrame,
            Value = value,
            Source = texts.NumberOf(fact.Source),
            Capture = texts.NumberOf(fact.Evidence.Capture ?? ""),
            Before = known.Last,
            Vlan = (short)fact.Vlan,
            Family = fact.Subject.Family,
            Kind = fact.Kind,
            Certainty = fact.Certainty,
        });
        _heads[fact.Subject] = (added, known.Count + 1);
        return added;
    }

    /// <summary>All of an address, oldest first.</summary>
    public ImmutableArray<AssetFact> Of(Address address)
    {
        if (!_heads.TryGetValue(address, out var known)) return [];
        var facts = new AssetFact[known.Count];
        var next = known.Count;
        for (var row = known.Last; row != FactRow.None; row = _rows[row].Before) facts[--next] = this[row];
        return ImmutableCollectionsMarshal.AsImmutableArray(facts);
    }

    /// <summary>May it be of another machine than one before: a MAC of the address, another than was told elsewhere?</summary>
    public bool IsDisputed(int fact)
    {
        ref readonly var now = ref _rows[fact];
        if (!IsOfMac(now.Kind)) return false;
        for (var row = now.Before; row != FactRow.None; row = _rows[row].Before)
        {
            ref readonly var one = ref _rows[row];
            if (IsOfMac(one.Kind) && one.Value != now.Value && (one.Vlan != now.Vlan || one.Capture != now.Capture)) return true;
        }

        return false;
    }

    private static bool IsOfMac(FactKind kind) => kind is FactKind.OwnedBy or FactKind.SentBy;
}
