using System.Text.Json;
using ExposureMap.Graph.Map;

namespace ExposureMap.Output;

/// <summary>What was watched, as every answer carries it.</summary>
internal static class Coverage
{
    public static void Write(Utf8JsonWriter json, MapSnapshot map)
    {
        json.WriteStartArray("coverage");
        foreach (var one in map.Record.Coverage.Values)
        {
            json.WriteStartObject();
            json.WriteString("capture", one.Capture);
            json.WritePropertyName("first");
            Column.WriteTime(json, one.First);
            json.WritePropertyName("last");
            Column.WriteTime(json, one.Last);
            json.WriteNumber("frames", one.Frames);
            json.WriteNumber("dropped", one.Dropped);
            json.WriteNumber("missed_bytes", one.MissedOctets);
            json.WriteString("problem", one.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteComplete(Utf8JsonWriter json, MapSnapshot map)
    {
        Write(json, map);
        json.WriteBoolean("complete", true);
    }
}
