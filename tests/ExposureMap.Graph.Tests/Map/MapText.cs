using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>What a map says, without the numbers of its rows: sorted lines of what queries show. Two maps are the same when these are.</summary>
internal static class MapText
{
    public static string[] Of(MapRecord record)
    {
        var map = new MapSnapshot(record, MapSettings.Default);
        return [.. Endpoints(record).Concat(map.Conduits.Select(Line)).Concat(Contacts(record)).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Endpoints(MapRecord record) => Enumerable.Range(0, record.Endpoints.Count)
        .Select(number => record.Endpoints[number])
        .Select(row => $"{row.Address} {record.Texts[row.Overlay]} vlan {row.Vlan} {row.FirstSeen}-{row.LastSeen}");

    private static string Line(Conduit conduit)
    {
        var data = conduit.Data;
        var operations = conduit.Operations.Select(one => $"{one.Operation.What} {one.Operation.Accepted}").Order(StringComparer.Ordinal);
        return $"{conduit} {string.Join(',', conduit.Outcomes)} certain {data.Certain} octets {data.Octets} {conduit.Evidence} {data.FirstSeen}-{data.LastSeen} {data.ServiceBasis} {data.DirectionBasis} " +
            $"[{Text(conduit.Effects)}] [{Text(conduit.BackwardEffects)}] {string.Join(';', operations)}";
    }

    private static string Text(EffectTally effects) => string.Join(' ', Enum.GetValues<Effect>().Select(effect => effects[effect]));

    private static IEnumerable<string> Contacts(MapRecord record) => record.Contacts.All().Select(one =>
    {
        var conduit = record.Conduits[one.Edge];
        var (from, to) = (record.Endpoints[conduit.From].Address, record.Endpoints[conduit.To].Address);
        return $"contact {from} {to} {one.Start.Nanoseconds} {one.Arrival.Nanoseconds} {one.End.Nanoseconds} {one.Evidence} {record.Texts[one.Capture]} {one.Certainty}";
    });
}
