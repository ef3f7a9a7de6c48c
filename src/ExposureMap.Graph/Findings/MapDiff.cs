using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

public enum Change : byte { Came, Went }

/// <summary>What came or went between two maps.</summary>
/// <param name="Of"><c>asset</c>, <c>service</c>, <c>conduit</c> or <c>path</c> (from IT into OT or metering, by its entry).</param>
public sealed record MapChange(Change Change, string Of, string From, string To, string Service, string Title,
    Timestamp FirstSeen, Evidence Evidence);

/// <summary>
/// Compares two maps by what things are called on the wire: addresses, services. A conduit counts when it was usable; what was only tried is in
/// neither. Paths are the entries that the rules on reaching OT and metering find.
/// </summary>
public static class MapDiff
{
    private static readonly ImmutableArray<IFindingRule> PathRules = [new ItReachesMetering(), new ItReachesOt()];

    /// <summary>Paths first, then conduits, services, assets; what came before what went.</summary>
    public static ImmutableArray<MapChange> Between(MapSnapshot old, MapSnapshot now, CancellationToken stop = default)
    {
        var changes = ImmutableArray.CreateBuilder<MapChange>();
        foreach (var read in (Func<MapSnapshot, Dictionary<string, MapChange>>[])[map => Paths(map, stop), Conduits, Services, Assets])
        {
            var (before, after) = (read(old), read(now));
            changes.AddRange(
                after.Where(one => !before.ContainsKey(one.Key)).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value));
            changes.AddRange(
                before.Where(one => !after.ContainsKey(one.Key)).OrderBy(one => one.Key, StringComparer.Ordinal)
                    .Select(one => one.Value with { Change = Change.Went }));
        }

        return changes.DrainToImmutable();
    }

    private static Dictionary<string, MapChange> Paths(MapSnapshot map, CancellationToken stop)
    {
        var context = new FindingContext(map, stop: stop);
        return PathRules.SelectMany(rule => rule.Evaluate(context)).DistinctBy(finding => finding.Id).ToDictionary(
            finding => finding.Id,
            finding => new MapChange(
                Change.Came, "path", finding.From.Address.ToString(), finding.To.Address.ToString(), FindingText.Services(finding.Hops),
                finding.Title, finding.FirstSeen, finding.Evidence[0]),
            StringComparer.Ordinal);
    }

    private static Dictionary<string, MapChange> Conduits(MapSnapshot map)
    {
        var conduits = new Dictionary<string, MapChange>(StringComparer.Ordinal);
        foreach (var conduit in map.Conduits)
        {
            if (!conduit.IsUsable) continue;
            var title = conduit.CrossesSegments ? $"{conduit} ({conduit.FromSegment} to {conduit.ToSegment})" : conduit.ToString();
            conduits.TryAdd(
                $"{map.Record.Texts[map.Record.Endpoints[conduit.Data.From].Overlay]} {conduit}",
                new(Change.Came, "conduit", conduit.FromAddress.ToString(), conduit.ToAddress.ToString(), conduit.Service.ToString(), title,
                    conduit.FirstSeen, conduit.Evidence));
        }

        return conduits;
    }

    private static Dictionary<string, MapChange> Services(MapSnapshot map)
    {
        var services = new Dictionary<string, MapChange>(StringComparer.Ordinal);
        foreach (var conduit in map.Conduits.Where(conduit => conduit.IsUsable && conduit.To >= 0).OrderBy(conduit => conduit.FirstSeen))
        {
            var (server, service) = (conduit.ToAddress.ToString(), conduit.Service.ToString());
            var title = $"{FindingText.Name(map.Assets[conduit.To])} serves {service}";
            services.TryAdd($"{server} {service}", new(Change.Came, "service", "", server, service, title, conduit.FirstSeen, conduit.Evidence));
        }

        return services;
    }

    private static Dictionary<string, MapChange> Assets(MapSnapshot map)
    {
        var assets = new Dictionary<string, MapChange>(StringComparer.Ordinal);
        foreach (var asset in map.Assets)
            assets.TryAdd(
                $"{FindingText.Key(asset)} {asset.Device}",
                new(Change.Came, "asset", "", asset.Address.ToString(), "", $"{FindingText.Name(asset)} in {asset.Segment}", asset.FirstSeen,
                    new("", 0, 0, asset.FirstSeen, asset.LastSeen)));
        return assets;
    }
}
