using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Output;

/// <summary>The fields of <c>choke</c> rows (contract).</summary>
internal static class ChokeColumns
{
    public static ImmutableArray<Column<ChokePoint>> All { get; } =
    [
        Column.Word<ChokePoint>("address", point => point.Asset.Handle),
        Column.Word<ChokePoint>("name", point => point.Asset.Label),
        Column.Word<ChokePoint>("segment", point => point.Asset.Segment.Name),
        Column.Word<ChokePoint>("kind", point => point.Asset.Kind.Word()),
        Column.Number<ChokePoint>("severs", point => point.Severs),
        new Column<ChokePoint>("share", (json, point) => json.WriteNumberValue(Math.Round(point.Share, 4)),
            point => point.Share.ToString("0.0 %", CultureInfo.InvariantCulture)) { IsNumber = true },
    ];
}
