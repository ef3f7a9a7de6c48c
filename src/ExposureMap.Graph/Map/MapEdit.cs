using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>A conduit nobody was seen to use, from one endpoint row to another.</summary>
public readonly record struct SupposedConduit(int FromEndpoint, int ToEndpoint, Service Service);

/// <summary>A copy of what was observed with some of it taken out and some of it supposed: what if? The observed record stays as it is.</summary>
public static class MapEdit
{
    /// <param name="removed">Conduit rows. They keep their numbers, and stand for no conversation.</param>
    /// <param name="at">When a supposed conduit counts as seen, where a rule asks for a time. Paths take it at any time.</param>
    public static MapRecord Apply(MapRecord record, IReadOnlySet<int> removed, IReadOnlyCollection<SupposedConduit> added, Timestamp at)
    {
        var conduits = TableOf(record.Conduits);
        foreach (var row in removed) Silence(ref conduits.Edit(row));
        var contacts = TableOf(record.Contacts);
        for (var contact = 0; contact < contacts.Count; contact++)
            if (removed.Contains(contacts[contact].Conduit)) contacts.Edit(contact).IsValid = 0;

        var services = record.Services;
        foreach (var one in added)
        {
            var service = services.IndexOf(one.Service);
            if (service < 0) (service, services) = (services.Count, services.Add(one.Service));
            conduits.Add(new()
            {
                From = one.FromEndpoint,
                To = one.ToEndpoint,
                Service = service,
                Effects = -1,
                Established = 1,
                Certain = 1,
                FirstSeen = at.Nanoseconds,
                LastSeen = at.Nanoseconds,
                ServiceBasis = ServiceBasis.Payload,
                DirectionBasis = DirectionBasis.Handshake,
                IsSupposed = 1,
            });
        }

        return record with { Conduits = conduits.Snapshot(), Contacts = contacts.Snapshot(), Services = services, Operations = record.Operations.RemoveRange(removed) };
    }

    private static void Silence(ref ConduitRow row)
    {
        row.Established = row.Midstream = row.Attempted = row.Rejected = row.Blocked = row.OneWay = row.Certain = 0;
        (row.Octets, row.Effects) = (0, -1);
    }

    private static RowTable<T> TableOf<T>(Rows<T> rows) where T : unmanaged
    {
        var table = new RowTable<T>();
        table.Load(Enumerable.Range(0, rows.Chunks).Select(rows.Chunk), rows.Count);
        return table;
    }
}
