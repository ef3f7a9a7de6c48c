using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>A conduit nobody was seen to use, from one endpoint row to another.</summary>
/// <param name="Seen">Usable conversations that were seen all the same, where it stands for many conduits: what would break without it.</param>
public readonly record struct SupposedConduit(int FromEndpoint, int ToEndpoint, Service Service, uint Seen = 0);

/// <summary>A copy of what was observed with some of it taken out and some of it supposed: what if? The observed record stays as it is.</summary>
public static class MapEdit
{
    /// <param name="removed">Conduit rows. They keep their numbers, and stand for no conversation: no path takes them, and none of their
    /// contacts.</param>
    /// <param name="at">When a supposed conduit counts as seen, where a rule asks for a time. Paths take it at any time.</param>
    public static MapRecord Apply(MapRecord record, IReadOnlySet<int> removed, IReadOnlyCollection<SupposedConduit> added, Timestamp at)
    {
        var conduits = TableOf(record.Conduits);
        foreach (var row in removed) Silence(ref conduits.Edit(row));
        var services = new NumberedValues<Service>();
        foreach (var service in record.Services) services.NumberOf(service);
        foreach (var one in added)
        {
            conduits.Add(new()
            {
                From = one.FromEndpoint,
                To = one.ToEndpoint,
                Service = services.NumberOf(one.Service),
                Effects = -1,
                Established = one.Seen + 1,      // what nobody was seen to use carries paths by standing for one conversation
                Certain = 1,
                FirstSeen = at.Nanoseconds,
                LastSeen = at.Nanoseconds,
                ServiceBasis = ServiceBasis.Payload,
                DirectionBasis = DirectionBasis.Handshake,
                IsSupposed = 1,
            });
        }

        return record with { Conduits = conduits.Snapshot(), Services = services.Values, Operations = record.Operations.RemoveRange(removed) };
    }

    private static void Silence(ref ConduitRow row)
    {
        row.Established = row.Midstream = row.Attempted = row.Rejected = row.Blocked = row.OneWay = row.Certain = 0;
        (row.Octets, row.Effects) = (0, -1);
    }

    internal static RowTable<T> TableOf<T>(Rows<T> rows) where T : unmanaged
    {
        var table = new RowTable<T>();
        table.Load(Enumerable.Range(0, rows.Chunks).Select(rows.Chunk), rows.Count);
        return table;
    }
}
