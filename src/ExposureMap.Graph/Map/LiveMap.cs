using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>
/// The map while it grows. One writer tells it conversations and facts; <see cref="Freeze"/> gives what was known at a moment, at no cost.
/// A conversation told again replaces what it counted before, so the map always equals the sum of the last word on each conversation.
/// </summary>
public sealed partial class LiveMap : IObserver
{
    private const int MaximumFactsPerAddress = 64;
    private const int MaximumOperationsPerConduit = 16;

    private readonly RowTable<EndpointRow> _endpoints = new();
    private readonly RowTable<ConduitRow> _conduits = new();
    private readonly RowTable<EffectRow> _effects = new();
    private readonly RowTable<ContactRow> _contacts = new();
    private readonly NumberedValues<string> _texts = new();
    private readonly NumberedValues<Service> _services = new();
    private readonly Places _places = new();
    private readonly Dictionary<(Address Address, int Overlay), int> _endpointNumbers = [];
    private readonly Dictionary<(int From, int To, int Service), int> _conduitNumbers = [];
    private readonly Dictionary<long, int> _openContacts = [];
    private readonly ImmutableDictionary<Address, ImmutableArray<AssetFact>>.Builder _facts = ImmutableDictionary.CreateBuilder<Address, ImmutableArray<AssetFact>>();
    private readonly ImmutableDictionary<int, ImmutableArray<ConduitOperation>>.Builder _operations = ImmutableDictionary.CreateBuilder<int, ImmutableArray<ConduitOperation>>();
    private ImmutableSortedDictionary<string, CaptureCoverage> _coverage = ImmutableSortedDictionary.Create<string, CaptureCoverage>(StringComparer.Ordinal);

    public LiveMap() => _texts.NumberOf("");                      // number 0: none

    /// <summary>A map that goes on from what was stored.</summary>
    public LiveMap(MapRecord stored)
        : this()
    {
        foreach (var text in stored.Texts) _texts.NumberOf(text);
        foreach (var service in stored.Services) _services.NumberOf(service);
        _endpoints.Load(ChunksOf(stored.Endpoints), stored.Endpoints.Count);
        _conduits.Load(ChunksOf(stored.Conduits), stored.Conduits.Count);
        _effects.Load(ChunksOf(stored.Effects), stored.Effects.Count);
        _contacts.Load(ChunksOf(stored.Contacts), stored.Contacts.Count);
        _facts = stored.Facts.ToBuilder();
        _operations = stored.Operations.ToBuilder();
        _coverage = stored.Coverage;
        foreach (var (_, facts) in stored.Facts) foreach (var fact in facts) _places.See(fact, facts);
        for (var row = 0; row < _endpoints.Count; row++) _endpointNumbers[(_endpoints[row].Address, _endpoints[row].Overlay)] = row;
        for (var row = 0; row < _conduits.Count; row++) _conduitNumbers[(_conduits[row].From, _conduits[row].To, _conduits[row].Service)] = row;
    }

    public int Endpoints => _endpoints.Count;

    public int Conduits => _conduits.Count;

    /// <summary>What is known now. The record never changes.</summary>
    public MapRecord Freeze() => new(
        _endpoints.Snapshot(), _conduits.Snapshot(), _effects.Snapshot(), _contacts.Snapshot(),
        _texts.Values, _services.Values, _facts.ToImmutable(), _operations.ToImmutable(), _coverage)
    { Rebuilds = _rebuilds };

    public void OnConversation(Conversation now, Conversation? before)
    {
        if (before is null) _places.Decide(now, FactsOf, SeenAt);
        var conduit = ConduitOf(now);
        if (before is not null) TakeBack(before, conduit);
        Count(now, conduit, sign: 1);
        Span(now, conduit);
        Keep(now, conduit);
        Contact(now, conduit);
        if (now.IsOver) _places.Forget(now);
    }

    public void OnFact(AssetFact fact)
    {
        if (!_facts.TryGetValue(fact.Subject, out var known)) known = [];
        foreach (var one in known)
        {
            if (one.Kind == fact.Kind && one.Value == fact.Value && one.Vlan == fact.Vlan && one.Certainty >= fact.Certainty) return;
        }

        if (known.Length >= MaximumFactsPerAddress) return;
        _facts[fact.Subject] = known.Add(fact);
        _places.See(fact, known);
    }

    /// <summary>Says what was watched; the same capture again replaces what was said of it.</summary>
    public void Cover(CaptureCoverage coverage) => _coverage = _coverage.SetItem(coverage.Capture, coverage);

    private static IEnumerable<T[]> ChunksOf<T>(Rows<T> rows) where T : unmanaged => Enumerable.Range(0, rows.Chunks).Select(rows.Chunk);

    private int ConduitOf(Conversation conversation)
    {
        var from = EndpointOf(conversation.Originator.Address, conversation);
        var to = EndpointOf(conversation.Responder.Address, conversation);
        var service = _services.NumberOf(conversation.ToService());
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_conduitNumbers, (from, to, service), out var exists);
        if (!exists) number = _conduits.Add(new() { From = from, To = to, Service = service, Effects = -1 });
        return number;
    }

    private ImmutableArray<AssetFact> FactsOf(Address address) => _facts.GetValueOrDefault(address, []);

    /// <summary>When the machine that is known by the bare address was seen.</summary>
    private (Timestamp First, Timestamp Last)? SeenAt(Address address) =>
        _endpointNumbers.TryGetValue((address, 0), out var row) ? (new(_endpoints[row].FirstSeen), new(_endpoints[row].LastSeen)) : null;

    private int EndpointOf(Address address, Conversation conversation)
    {
        var overlay = _texts.NumberOf(_places.Of(address, conversation));
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_endpointNumbers, (address, overlay), out var exists);
        if (!exists)
        {
            number = _endpoints.Add(new()
            {
                AddressHigh = address.Number.High,
                AddressLow = address.Number.Low,
                Family = address.Family,
                Overlay = overlay,
                Vlan = (short)conversation.Vlan,
                FirstSeen = conversation.Start.Nanoseconds,
                LastSeen = conversation.End.Nanoseconds,
            });
            return number;
        }

        var (start, end) = (conversation.Start.Nanoseconds, conversation.End.Nanoseconds);
        if (start >= _endpoints[number].FirstSeen && end <= _endpoints[number].LastSeen) return number;
        ref var row = ref _endpoints.Edit(number);
        if (start < row.FirstSeen) row.Vlan = (short)conversation.Vlan;
        row.FirstSeen = Math.Min(row.FirstSeen, start);
        row.LastSeen = Math.Max(row.LastSeen, end);
        return number;
    }

    private void Count(Conversation conversation, int conduit, int sign)
    {
        ref var row = ref _conduits.Edit(conduit);
        if (row.Conversations == 0) (row.FirstSeen, row.LastSeen) = (long.MaxValue, long.MinValue);
        row.Count(conversation.Outcome, sign);
        if (IsCertain(conversation)) row.Certain += (uint)sign;
        row.Octets += sign * (conversation.OriginatorTraffic.IpOctets + conversation.ResponderTraffic.IpOctets);
        if (conversation.Effects.IsEmpty && conversation.ResponderEffects.IsEmpty) return;
        if (row.Effects < 0) row.Effects = _effects.Add(default);
        ref var effects = ref _effects.Edit(row.Effects);
        effects.Forward.Add(conversation.Effects, sign);
        effects.Backward.Add(conversation.ResponderEffects, sign);
    }

    /// <summary>What was told before no longer counts; where it was told under another conduit, nothing of it stays there.</summary>
    private void TakeBack(Conversation before, int conduitNow)
    {
        var conduit = ConduitOf(before);
        Count(before, conduit, sign: -1);
        if (conduit == conduitNow) return;
        if (_conduits[conduit].Conversations == 0) (_conduits.Edit(conduit).ServiceBasis, _conduits.Edit(conduit).DirectionBasis) = (default, default);
        if (before.Operations.IsEmpty || !_operations.TryGetValue(conduit, out var kept)) return;
        _operations[conduit] = kept.RemoveAll(one => one.Capture == before.Evidence.Capture && before.Operations.Any(gone => gone.Frame == one.Operation.Frame && gone.What == one.Operation.What));
    }

    private void Span(Conversation conversation, int conduit)
    {
        ref var row = ref _conduits.Edit(conduit);
        var evidence = conversation.Evidence;
        var capture = _texts.NumberOf(evidence.Capture);
        if (conversation.Start.Nanoseconds < row.FirstSeen) (row.FirstSeen, row.FirstFrame, row.FirstCapture) = (conversation.Start.Nanoseconds, evidence.FirstFrame, capture);
        if (conversation.End.Nanoseconds > row.LastSeen) (row.LastSeen, row.LastFrame, row.LastCapture) = (conversation.End.Nanoseconds, evidence.LastFrame, capture);
        if (conversation.ServiceBasis > row.ServiceBasis) row.ServiceBasis = conversation.ServiceBasis;
        if (conversation.DirectionBasis > row.DirectionBasis) row.DirectionBasis = conversation.DirectionBasis;
    }

    /// <summary>Keeps the gravest messages: a graver one pushes out the first of the least grave.</summary>
    private void Keep(Conversation conversation, int conduit)
    {
        if (conversation.Operations.IsEmpty) return;
        if (!_operations.TryGetValue(conduit, out var kept)) kept = [];
        foreach (var operation in conversation.Operations)
        {
            var one = new ConduitOperation(operation, conversation.Evidence.Capture);
            var known = IndexOf(kept, other => other.Operation.Frame == operation.Frame && other.Operation.What == operation.What && other.Capture == one.Capture);
            if (known >= 0) kept = kept.SetItem(known, one);
            else if (kept.Length < MaximumOperationsPerConduit) kept = kept.Add(one);
            else if (kept.MinBy(other => other.Operation.Effect) is { } least && least.Operation.Effect < operation.Effect) kept = kept.Remove(least).Add(one);
        }

        _operations[conduit] = kept;
    }

    private static int IndexOf(ImmutableArray<ConduitOperation> kept, Func<ConduitOperation, bool> isIt)
    {
        for (var index = 0; index < kept.Length; index++) if (isIt(kept[index])) return index;
        return -1;
    }

    private void Contact(Conversation conversation, int conduit)
    {
        var isHop = conversation.Outcome.IsUsable() && !conversation.Arrival.IsNever && !conversation.Responder.Address.IsGroup;
        var isOpen = _openContacts.TryGetValue(conversation.Number, out var number);
        var row = new ContactRow
        {
            Start = conversation.Start.Nanoseconds,
            Arrival = conversation.Arrival.Nanoseconds,
            End = conversation.End.Nanoseconds,
            FirstFrame = conversation.Evidence.FirstFrame,
            Conduit = conduit,
            Capture = _texts.NumberOf(conversation.Evidence.Capture),
            IsValid = isHop ? (byte)1 : (byte)0,
            IsCertain = IsCertain(conversation) ? (byte)1 : (byte)0,
        };
        if (isOpen) _contacts.Edit(number) = row;
        else if (isHop) number = _contacts.Add(row);
        if (!conversation.IsOver && isHop) _openContacts[conversation.Number] = number;
        else if (isOpen && conversation.IsOver) _openContacts.Remove(conversation.Number);
    }

    private static bool IsCertain(Conversation conversation) =>
        conversation.Outcome.IsUsable() && conversation.DirectionBasis is DirectionBasis.Handshake or DirectionBasis.Payload;
}
