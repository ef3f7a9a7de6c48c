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
        var rest = new LiveMap { _coverage = _coverage, _rebuilds = _rebuilds + 1 };
        foreach (var text in _texts.Values) rest._texts.NumberOf(text);
        foreach (var service in _services.Values) rest._services.NumberOf(service);
        var numbers = MoveConduits(rest, before);
        MoveContacts(rest, numbers);
        foreach (var (conduit, operations) in _operations) if (numbers[conduit] != Gone) rest._operations[numbers[conduit]] = operations;
        var gone = Enumerable.Range(0, _endpoints.Count).Select(row => _endpoints[row].Address).Where(address => address.IsIp).ToHashSet();     // what MACs own and route stays
        gone.ExceptWith(rest._endpointNumbers.Keys.Select(key => key.Address));
        foreach (var (subject, facts) in _facts) if (!gone.Contains(subject)) rest._facts[subject] = facts;
        return rest;
    }

    private int[] MoveConduits(LiveMap rest, Timestamp before)
    {
        var open = _openContacts.Values.Select(contact => _contacts[contact].Conduit).ToHashSet();
        var numbers = new int[_conduits.Count];
        for (var row = 0; row < numbers.Length; row++)
        {
            var conduit = _conduits[row];
            numbers[row] = Gone;
            if (conduit.Conversations == 0 || conduit.LastSeen < before.Nanoseconds && !open.Contains(row)) continue;
            (conduit.From, conduit.To) = (MoveEndpoint(rest, conduit.From, conduit), MoveEndpoint(rest, conduit.To, conduit));
            if (conduit.Effects >= 0) conduit.Effects = rest._effects.Add(_effects[conduit.Effects]);
            numbers[row] = rest._conduits.Add(conduit);
            rest._conduitNumbers[(conduit.From, conduit.To, conduit.Service)] = numbers[row];
        }

        return numbers;
    }

    /// <summary>An endpoint was there as long as its conduits.</summary>
    private int MoveEndpoint(LiveMap rest, int endpoint, in ConduitRow conduit)
    {
        var key = (_endpoints[endpoint].Address, _endpoints[endpoint].Overlay);
        if (!rest._endpointNumbers.TryGetValue(key, out var number))
        {
            var moved = _endpoints[endpoint];
            (moved.FirstSeen, moved.LastSeen) = (conduit.FirstSeen, conduit.LastSeen);
            return rest._endpointNumbers[key] = rest._endpoints.Add(moved);
        }

        ref var row = ref rest._endpoints.Edit(number);
        (row.FirstSeen, row.LastSeen) = (Math.Min(row.FirstSeen, conduit.FirstSeen), Math.Max(row.LastSeen, conduit.LastSeen));
        return number;
    }

    private void MoveContacts(LiveMap rest, int[] conduits)
    {
        var numbers = new Dictionary<int, int>();
        for (var contact = 0; contact < _contacts.Count; contact++)
        {
            var row = _contacts[contact];
            if (row.IsValid == 0 || conduits[row.Conduit] == Gone) continue;
            row.Conduit = conduits[row.Conduit];
            numbers[contact] = rest._contacts.Add(row);
        }

        foreach (var (conversation, contact) in _openContacts) if (numbers.TryGetValue(contact, out var number)) rest._openContacts[conversation] = number;
    }
}
