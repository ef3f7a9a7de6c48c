using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;

namespace ExposureMap.Output;

/// <summary>
/// A map as one JSON object: the rows of <c>segments</c>, <c>assets</c>, <c>conduits</c> and <c>findings</c>, and what was watched.
/// </summary>
internal static class MapJson
{
    public static void Write(Stream output, MapPart part, ImmutableArray<Finding> findings)
    {
        using var json = new Utf8JsonWriter(output, new() { SkipValidation = true });
        var machines = part.Assets.CountBy(asset => asset.Segment).ToDictionary();
        json.WriteStartObject();
        WriteRows(json, "segments", SegmentColumns.All,
            machines.Select(one => new SegmentRow(one.Key, one.Value)).OrderBy(row => row.Segment.Name, StringComparer.Ordinal));
        WriteRows(json, "assets", AssetColumns.Of(part.Map), part.Assets);
        WriteRows(json, "conduits", ConduitColumns.All, part.Conduits);
        WriteRows(json, "findings", FindingColumns.All, findings);
        Coverage.WriteComplete(json, part.Map);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteRows<T>(Utf8JsonWriter json, string name, ImmutableArray<Column<T>> columns, IEnumerable<T> rows)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            foreach (var column in columns)
            {
                json.WritePropertyName(column.Name);
                column.Json(json, row);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
