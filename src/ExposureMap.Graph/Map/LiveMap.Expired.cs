using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

public sealed partial class LiveMap
{
    private const int Gone = -1;

    private int _rebuilds;

    /// <summary>
    /// The map as it would be had it never seen the conduits that were used last before then: rebuilt, with new numbers for all rows. Machines go
    /// with their last conduit, what was told of their addresses with them. The one before must not be told anything any more.
    /// </summary>
    public LiveMap Expired(Timestamp before)
    {
        TakeIn();
        var open = _openContacts.Values.Select(contact => contact.Edge).ToHashSet();
        var rest = Rebuilt(row => _conduits[row].LastSeen >= before.Nanoseconds || open.Contains(row), out var numbers);
        rest._contacts = _contacts.Renumbered(numbers);
        return rest;
    }

    /// <summary>
    /// What the map holds of a span of time: conduits that were in use then, from their first conversation to their last, with the conversations
    /// and messages of that time. Counters are those of the whole conduit. The one before must not be told anything any more.
    /// </summary>
    public LiveMap Within(Timestamp since, Timestamp until)
    {
        var rest = Rebuilt(row => _conduits[row].FirstSeen <= until.Nanoseconds && _conduits[row].LastSeen >= since.Nanoseconds, out var numbers);
        rest._contacts = _contacts.Renumbered(numbers, since, until);
        foreach (var (conduit, operations) in rest._operations.ToList())
            rest._operations[conduit] = operations.RemoveAll(one => one.Operation.At < since || one.Operation.At > until);
        rest._coverage =
            rest._coverage.RemoveRange(rest._coverage.Where(one => one.Value.First > until || one.Value.Last < since).Select(one => one.Key));
        foreach (var one in rest._coverage.Values)
            rest.Cover(one with { First = Timestamp.Later(one.First, since), Last = Timestamp.Earlier(one.Last, until) });
        return rest;
    }

    private LiveMap Rebuilt(Func<int, bool> isKept, out int[] numbers)
    {
        TakeIn();
        var rest = new LiveMap(new ContactTimes(ContactLimits.None)) { _coverage = _coverage, _rebuilds = _rebuilds + 1 };
        foreach (var text in _texts.Values) rest._texts.NumberOf(text);
        foreach (var service in _services.Values) rest._services.NumberOf(service);
        numbers = MoveConduits(rest, isKept);
        foreach (var (conversation, contact) in _openContacts)
            if (numbers[contact.Edge] != Gone)
                rest._openContacts.Add(conversation, contact with { Edge = numbers[contact.Edge] });
        foreach (var (conduit, operations) in _operations) if (numbers[conduit] != Gone) rest._operations[numbers[conduit]] = operations;
        rest._places.Resume(_places);
        MoveFacts(rest);
        rest._maxOctets = _maxOctets;
        return rest;
    }

    private int[] MoveConduits(LiveMap rest, Func<int, bool> isKept)
    {
        var numbers = new int[_conduits.Count];
        for (var row = 0; row < numbers.Length; row++)
        {
            var conduit = _conduits[row];
            numbers[row] = Gone;
            if (conduit.Conversations == 0 || !isKept(row)) continue;
            (conduit.From, conduit.To) = (MoveEndpoint(rest, conduit.From, conduit), MoveEndpoint(rest, conduit.To, conduit));
            if (conduit.Effects >= 0) conduit.Effects = rest._effects.Add(_effects[conduit.Effects]);
            numbers[row] = rest._conduits.Add(conduit);
            rest._conduitIndex.Add(numbers[row]);
        }

        return numbers;
    }

    /// <summary>An endpoint was there as long as its conduits.</summary>
    private int MoveEndpoint(LiveMap rest, int endpoint, in ConduitRow conduit)
    {
        var number = rest._endpointIndex.Find((_endpoints[endpoint].Address, _endpoints[endpoint].Overlay));
        if (number < 0)
        {
            var moved = _endpoints[endpoint];
            (moved.FirstSeen, moved.LastSeen) = (conduit.FirstSeen, conduit.LastSeen);
            number = rest._endpoints.Add(moved);
            rest._endpointIndex.Add(number);
            return number;
        }

        ref var row = ref rest._endpoints.Edit(number);
        (row.FirstSeen, row.LastSeen) = (Math.Min(row.FirstSeen, conduit.FirstSeen), Math.Max(row.LastSeen, conduit.LastSeen));
        return number;
    }

    /// <summary>What was told of addresses that are gone goes with them; what MACs own and route stays.</summary>
    private void MoveFacts(LiveMap rest)
    {
        var gone = Enumerable.Range(0, _endpoints.Count).Select(row => _endpoints[row].Address).Where(address => address.IsIp).ToHashSet();
        gone.ExceptWith(Enumerable.Range(0, rest._endpoints.Count).Select(row => rest._endpoints[row].Address));
        for (var row = 0; row < _facts.Count; row++) if (_facts[row] is var fact && !gone.Contains(fact.Subject)) rest.OnFact(fact);
        rest.TakeIn();
    }
}
