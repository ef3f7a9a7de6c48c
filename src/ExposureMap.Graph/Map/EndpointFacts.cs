using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>Reads single facts of an address.</summary>
internal static class EndpointFacts
{
    public static IEnumerable<AssetFact> Of(MapRecord record, Address address) => record.Facts.GetValueOrDefault(address, []);

    public static IEnumerable<AssetFact> Of(MapRecord record, Address address, FactKind kind) => Of(record, address).Where(fact => fact.Kind == kind);

    /// <summary>Routers and firewalls join segments by trade: by their role, or because frames of others come from their MAC.</summary>
    public static bool IsRouter(MapRecord record, Asset asset) =>
        asset.HasRole("router") || asset.HasRole("firewall") || asset.Macs.Any(mac => Of(record, mac, FactKind.Router).Any());

    /// <summary>The MAC of a <see cref="FactKind.OwnedBy"/> or <see cref="FactKind.SentBy"/> fact, and the hops of the latter.</summary>
    public static (Address Mac, int Hops) Mac(AssetFact fact)
    {
        var text = fact.Value;
        var blank = text.IndexOf(' ', StringComparison.Ordinal);
        var hops = blank > 0 && int.TryParse(text.AsSpan(blank + 1), out var parsed) ? parsed : 0;
        return (Address.TryParse(blank > 0 ? text[..blank] : text, out var mac) ? mac : Address.None, hops);
    }
}
