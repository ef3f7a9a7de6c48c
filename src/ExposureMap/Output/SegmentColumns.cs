using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Output;

/// <summary>A segment with the assets that were seen in it.</summary>
internal sealed record SegmentRow(Segment Segment, long Assets);

internal static class SegmentColumns
{
    public static ImmutableArray<Column<SegmentRow>> All { get; } =
    [
        Column.Word<SegmentRow>("name", row => row.Segment.Name),
        Column.Word<SegmentRow>("kind", row => row.Segment.Kind.Word()),
        Column.Optional<SegmentRow>("level", row => row.Segment.Level),
        Column.Words<SegmentRow>("prefixes", row => row.Segment.Prefixes.Select(prefix => prefix.ToString())),
        Column.Words<SegmentRow>("vlans", row => row.Segment.Vlans.Select(vlan => vlan.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        Column.Number<SegmentRow>("assets", row => row.Assets),
        Column.Flag<SegmentRow>("inferred", row => row.Segment.Inferred),
        Column.Words<SegmentRow>("witnesses", row => row.Segment.Witnesses) with { InTable = false },
    ];

    /// <summary>By name; segments that nobody was seen in included.</summary>
    public static IEnumerable<SegmentRow> RowsOf(MapSnapshot map) => map.Assets
        .GroupBy(asset => asset.Segment)
        .Select(group => new SegmentRow(group.Key, group.LongCount()))
        .Concat(map.Segments.Segments.Except(map.Assets.Select(asset => asset.Segment)).Select(segment => new SegmentRow(segment, 0)))
        .OrderBy(row => row.Segment.Name, StringComparer.Ordinal);
}
