using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Output;

/// <summary>An asset's fields (contract, "Rows of the queries").</summary>
internal static class AssetColumns
{
    public static ImmutableArray<Column<Asset>> Of(MapSnapshot map) =>
    [
        Column.Word<Asset>("address", asset => asset.Address.ToString()),
        Column.Words<Asset>("addresses", asset => asset.Addresses.Select(address => address.ToString())) with { InTable = false },
        Column.Words<Asset>("macs", asset => asset.Macs.Select(mac => mac.ToString())) with { InTable = false },
        Column.Words<Asset>("names", asset => asset.Names),
        Column.Words<Asset>("identifiers", asset => asset.Identifiers) with { InTable = false },
        Column.Word<Asset>("vendor", asset => asset.Vendor),
        Column.Word<Asset>("model", asset => asset.Model) with { InTable = false },
        Column.Word<Asset>("firmware", asset => asset.Firmware) with { InTable = false },
        Column.Word<Asset>("segment", asset => asset.Segment.Name),
        Column.Word<Asset>("kind", asset => asset.Kind.Word()),
        new Column<Asset>("roles", WriteRoles,
            asset => string.Join(", ", asset.Roles.Select(role => role.Certainty == RoleCertainty.Confirmed ? role.Name : role.Name + "?"))),
        Column.Word<Asset>("behind", asset => asset.Behind < 0 ? "" : map.Assets[asset.Behind].Address.ToString()),
        Column.Word<Asset>("device", asset => asset.Device),
        Column.Time<Asset>("first_seen", asset => asset.FirstSeen) with { InTable = false },
        Column.Time<Asset>("last_seen", asset => asset.LastSeen) with { InTable = false },
    ];

    public static IEnumerable<Asset> RowsOf(MapSnapshot map) =>
        map.Assets.OrderBy(asset => asset.Address).ThenBy(asset => asset.Device, StringComparer.Ordinal);

    private static void WriteRoles(Utf8JsonWriter json, Asset asset)
    {
        json.WriteStartArray();
        foreach (var role in asset.Roles)
        {
            json.WriteStartObject();
            json.WriteString("name", role.Name);
            json.WriteString("certainty", role.Certainty == RoleCertainty.Confirmed ? "confirmed" : "suspected");
            json.WriteStartArray("because");
            foreach (var reason in role.Because) json.WriteStringValue(reason);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
