using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>Reads single facts of an address.</summary>
internal static class EndpointFacts
{
    public static ImmutableArray<AssetFact> Of(MapRecord record, Address address) => record.Facts[address];

    public static IEnumerable<AssetFact> Of(MapRecord record, Address address, FactKind kind) => Of(record, address).Where(fact => fact.Kind == kind);

    /// <summary>Those of one endpoint, where its address is several machines' in different places.</summary>
    public static IEnumerable<AssetFact> Of(MapRecord record, int endpoint, IReadOnlyDictionary<Address, ImmutableArray<string>> places)
    {
        var row = record.Endpoints[endpoint];
        var facts = Of(record, row.Address);
        if (!places.TryGetValue(row.Address, out var elsewhere)) return facts;
        var place = record.Texts[row.Overlay];
        if (Places.IsPlace(place)) return facts.Where(fact => Places.Holds(place, fact));
        return row.Overlay == 0 ? facts.Where(fact => !elsewhere.Any(other => Places.Holds(other, fact))) : facts;
    }

    /// <summary>The places of addresses that are more than one machine's.</summary>
    public static Dictionary<Address, ImmutableArray<string>> PlacesIn(MapRecord record)
    {
        var places = new Dictionary<Address, ImmutableArray<string>>();
        if (!record.Texts.Any(Places.IsPlace)) return places;
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var row = record.Endpoints[endpoint];
            if (row.Overlay != 0 && record.Texts[row.Overlay] is var place && Places.IsPlace(place))
                places[row.Address] = [.. places.GetValueOrDefault(row.Address, []), place];
        }

        return places;
    }

    /// <summary>Routers and firewalls join segments by trade: by their role, or because frames of others come from their MAC.</summary>
    public static bool IsRouter(MapRecord record, Asset asset) =>
        asset.HasRole("router") || asset.HasRole("firewall") || asset.Macs.Any(mac => Of(record, mac, FactKind.Router).Any());

    /// <summary>The MAC of a <see cref="FactKind.OwnedBy"/> or <see cref="FactKind.SentBy"/> fact, and the hops of the latter.</summary>
    public static (Address Mac, int Hops) Mac(AssetFact fact) => Mac(fact.Value);

    public static (Address Mac, int Hops) Mac(string text)
    {
        var blank = text.IndexOf(' ', StringComparison.Ordinal);
        var hops = blank > 0 && int.TryParse(text.AsSpan(blank + 1), out var parsed) ? parsed : 0;
        return (Address.TryParse(blank > 0 ? text[..blank] : text, out var mac) ? mac : Address.None, hops);
    }
}
