using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>
/// The map while it grows. One writer tells it conversations and facts; <see cref="Freeze"/> gives what was known at a moment, at no cost.
/// A conversation told again replaces what it counted before, so the map always equals the sum of the last word on each conversation.
/// </summary>
public sealed partial class LiveMap : IObserver
{
    private const int MaximumOperationsPerConduit = 16;

    /// <summary>About what a row takes with its places in indexes.</summary>
    private const int OctetsPerEndpoint = 96, OctetsPerConduit = 192, OctetsPerFact = 128;

    private readonly RowTable<EndpointRow> _endpoints = new();
    private readonly RowTable<ConduitRow> _conduits = new();
    private readonly RowTable<EffectRow> _effects = new();
    private ContactTimes _contacts;
    private readonly NumberedValues<string> _texts = new();
    private readonly NumberedValues<Service> _services = new();
    private readonly (Service Service, int Number)[] _recentServices = new (Service, int)[256];     // by port: most need no hash of their name
    private readonly Places _places = new();
    private readonly RowIndex<EndpointRow, (Address, int), EndpointKey> _endpointIndex;
    private readonly RowIndex<ConduitRow, (int, int, int), ConduitKey> _conduitIndex;
    private readonly Dictionary<long, Contact> _openContacts = [];          // by the number of a conversation that goes on
    private readonly FactNotes _facts;
    private readonly ImmutableDictionary<int, ImmutableArray<ConduitOperation>>.Builder _operations =
        ImmutableDictionary.CreateBuilder<int, ImmutableArray<ConduitOperation>>();
    private long _maxOctets = long.MaxValue;
    private ImmutableSortedDictionary<string, CaptureCoverage> _coverage =
        ImmutableSortedDictionary.Create<string, CaptureCoverage>(StringComparer.Ordinal);

    public LiveMap(ContactLimits? limits = null)
        : this(new ContactTimes(limits ?? ContactLimits.None))
    {
    }

    /// <summary>A map that goes on from what was stored.</summary>
    public LiveMap(MapRecord stored, ContactLimits? limits = null)
        : this(new ContactTimes(limits ?? ContactLimits.None, stored.Contacts))
    {
        foreach (var text in stored.Texts) _texts.NumberOf(text);
        foreach (var service in stored.Services) _services.NumberOf(service);
        _endpoints.Load(ChunksOf(stored.Endpoints), stored.Endpoints.Count);
        _conduits.Load(ChunksOf(stored.Conduits), stored.Conduits.Count);
        _effects.Load(ChunksOf(stored.Effects), stored.Effects.Count);
        _facts.Load(stored.Facts.Rows);
        _operations = stored.Operations.ToBuilder();
        _coverage = stored.Coverage;
        for (var fact = 0; fact < stored.Facts.Rows.Count; fact++) SeePlace(fact);
        for (var row = 0; row < _endpoints.Count; row++) _endpointIndex.Add(row);
        for (var row = 0; row < _conduits.Count; row++) _conduitIndex.Add(row);
    }

    private LiveMap(ContactTimes contacts)
    {
        (_contacts, _facts, _endpointIndex, _conduitIndex) = (contacts, new(_texts), new(_endpoints), new(_conduits));
        _texts.NumberOf("");                                      // number 0: none
    }

    /// <summary>Octets of endpoints, conduits and facts from which on the map spares memory.</summary>
    public long MaxOctets
    {
        init => _maxOctets = value;
    }

    /// <inheritdoc/>
    /// <remarks>Facts about machines that are not in the map are not taken then, either.</remarks>
    public bool IsSparing =>
        (long)OctetsPerEndpoint * _endpoints.Count + (long)OctetsPerConduit * _conduits.Count + (long)OctetsPerFact * _facts.Count > _maxOctets;

    public int Endpoints
    {
        get
        {
            TakeIn();
            return _endpoints.Count;
        }
    }

    public int Conduits
    {
        get
        {
            TakeIn();
            return _conduits.Count;
        }
    }

    /// <summary>What is known now. The record never changes.</summary>
    public MapRecord Freeze()
    {
        TakeIn();
        return new(
            _endpoints.Snapshot(), _conduits.Snapshot(), _effects.Snapshot(), _contacts.Freeze([.. _openContacts.Values]),
            _texts.Values, _services.Values, _facts.Freeze(), _operations.ToImmutable(), _coverage)
        { Rebuilds = _rebuilds };
    }

    private void TakeIn(AssetFact fact)
    {
        if (IsSparing && _endpointIndex.Find((fact.Subject, 0)) < 0) return;
        if (_facts.Add(fact) is var row && row != FactRow.None) SeePlace(row);
    }

    private void TakeIn(Conversation now, Conversation? before, in Ends known)
    {
        if (before is null && _places.AreThere) _places.Decide(now, _facts.Of, SeenAt);
        var conduit = ConduitOf(now, known);
        if (before is not null) TakeBack(before, conduit);
        ref var row = ref _conduits.Edit(conduit);
        Count(now, ref row, sign: 1);
        Span(now, ref row);
        Keep(now, conduit);
        Contact(now, conduit);
        if (now.IsOver) _places.Forget(now);
    }

    /// <summary>Says what was watched; the same capture again replaces what was said of it.</summary>
    public void Cover(CaptureCoverage coverage) => _coverage = _coverage.SetItem(coverage.Capture, coverage);

    private static IEnumerable<T[]> ChunksOf<T>(Rows<T> rows) where T : unmanaged => Enumerable.Range(0, rows.Chunks).Select(rows.Chunk);

    private int ConduitOf(Conversation conversation, in Ends known)
    {
        var from = EndpointOf(conversation.Originator.Address, conversation, known.From);
        var to = EndpointOf(conversation.Responder.Address, conversation, known.To);
        var service = ServiceOf(conversation);
        var number = _conduitIndex.FindOrAdd((from, to, service), _conduits.Count);
        if (number == _conduits.Count) _conduits.Add(new() { From = from, To = to, Service = service, Effects = -1 });
        return number;
    }

    private int ServiceOf(Conversation conversation)
    {
        var service = conversation.ToService();
        ref var recent = ref _recentServices[service.Port % _recentServices.Length];
        if (recent.Service != service) recent = (service, _services.NumberOf(service));
        return recent.Number;
    }

    private void SeePlace(int fact)
    {
        if (_facts.IsDisputed(fact)) _places.Share(_facts.SubjectOf(fact));
    }

    /// <summary>When the machine that is known by the bare address was seen.</summary>
    private (Timestamp First, Timestamp Last)? SeenAt(Address address) =>
        _endpointIndex.Find((address, 0)) is var row and >= 0 ? (new(_endpoints[row].FirstSeen), new(_endpoints[row].LastSeen)) : null;

    /// <param name="known">The row of its address in the site's own network, where it is known.</param>
    private int EndpointOf(Address address, Conversation conversation, int known)
    {
        var overlay = _places.Of(address, conversation) is { Length: > 0 } place ? _texts.NumberOf(place) : 0;
        var number = overlay == 0 && known >= 0 ? known : _endpointIndex.FindOrAdd((address, overlay), _endpoints.Count);
        if (number == _endpoints.Count)
        {
            return _endpoints.Add(new()
            {
                AddressHigh = address.Number.High,
                AddressLow = address.Number.Low,
                Family = address.Family,
                Overlay = overlay,
                Vlan = (short)conversation.Vlan,
                FirstSeen = conversation.Start.Nanoseconds,
                LastSeen = conversation.End.Nanoseconds,
            });
        }

        var (start, end) = (conversation.Start.Nanoseconds, conversation.End.Nanoseconds);
        if (start >= _endpoints[number].FirstSeen && end <= _endpoints[number].LastSeen) return number;
        ref var row = ref _endpoints.Edit(number);
        if (start < row.FirstSeen) row.Vlan = (short)conversation.Vlan;
        row.FirstSeen = Math.Min(row.FirstSeen, start);
        row.LastSeen = Math.Max(row.LastSeen, end);
        return number;
    }

    private void Count(Conversation conversation, ref ConduitRow row, int sign)
    {
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
        var conduit = ConduitOf(before, Ends.Unknown);
        Count(before, ref _conduits.Edit(conduit), sign: -1);
        if (conduit == conduitNow) return;
        if (_conduits[conduit].Conversations == 0)
            (_conduits.Edit(conduit).ServiceBasis, _conduits.Edit(conduit).DirectionBasis) = (default, default);
        if (before.Operations.IsEmpty || !_operations.TryGetValue(conduit, out var kept)) return;
        _operations[conduit] =
            kept.RemoveAll(one =>
                one.Capture == before.Evidence.Capture
                && before.Operations.Any(gone => gone.Frame == one.Operation.Frame && gone.What == one.Operation.What));
    }

    private void Span(Conversation conversation, ref ConduitRow row)
    {
        if (conversation.MissedOctets > 0) row.HasGaps = 1;
        var evidence = conversation.Evidence;
        var capture = _texts.NumberOf(evidence.Capture);
        if (conversation.Start.Nanoseconds < row.FirstSeen)
            (row.FirstSeen, row.FirstFrame, row.FirstCapture) = (conversation.Start.Nanoseconds, evidence.FirstFrame, capture);
        if (conversation.End.Nanoseconds > row.LastSeen)
            (row.LastSeen, row.LastFrame, row.LastCapture) = (conversation.End.Nanoseconds, evidence.LastFrame, capture);
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
            var known = IndexOf(kept,
                other => other.Operation.Frame == operation.Frame && other.Operation.What == operation.What && other.Capture == one.Capture);
            if (known >= 0) kept = kept.SetItem(known, one);
            else if (kept.Length < MaximumOperationsPerConduit) kept = kept.Add(one);
            else if (kept.MinBy(other => other.Operation.Effect) is { } least && least.Operation.Effect < operation.Effect)
                kept = kept.Remove(least).Add(one);
        }

        _operations[conduit] = kept;
    }

    private static int IndexOf(ImmutableArray<ConduitOperation> kept, Func<ConduitOperation, bool> isIt)
    {
        for (var index = 0; index < kept.Length; index++) if (isIt(kept[index])) return index;
        return -1;
    }

    /// <summary>Kept for good when the conversation is over; until then it may change, or turn out to be none.</summary>
    private void Contact(Conversation conversation, int conduit)
    {
        if (_openContacts.Count > 0) _openContacts.Remove(conversation.Number);
        if (!conversation.Outcome.IsUsable() || conversation.Arrival.IsNever || conversation.Responder.Address.IsGroup) return;
        var contact = new Contact(
            conduit, conversation.Start, conversation.Arrival, conversation.End, conversation.Evidence.FirstFrame,
            IsCertain(conversation) ? ContactCertainty.Certain : ContactCertainty.Uncertain, _texts.NumberOf(conversation.Evidence.Capture));
        if (conversation.IsOver) _contacts.Add(contact);
        else _openContacts[conversation.Number] = contact;
    }

    private static bool IsCertain(Conversation conversation) =>
        conversation.Outcome.IsUsable() && conversation.DirectionBasis is DirectionBasis.Handshake or DirectionBasis.Payload;

    private readonly struct EndpointKey : IRowKey<EndpointRow, (Address, int)>
    {
        public static (Address, int) Of(in EndpointRow row) => (row.Address, row.Overlay);

        public static ulong Hash(in (Address, int) key) =>
            SeededHash.Of(key.Item1.Number.High, key.Item1.Number.Low, (ulong)(uint)key.Item2 << 8 | (ulong)key.Item1.Family);
    }

    private readonly struct ConduitKey : IRowKey<ConduitRow, (int, int, int)>
    {
        public static (int, int, int) Of(in ConduitRow row) => (row.From, row.To, row.Service);

        public static ulong Hash(in (int, int, int) key) => SeededHash.Of((ulong)key.Item1 << 32 | (uint)key.Item2, (ulong)key.Item3);
    }
}
