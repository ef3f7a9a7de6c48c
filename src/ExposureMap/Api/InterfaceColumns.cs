using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Observation;
using ExposureMap.Hosting;
using ExposureMap.Output;

namespace ExposureMap.Api;

/// <summary>How each interface fares, with its losses: in health, in the coverage and on the page.</summary>
internal static class InterfaceColumns
{
    public static ImmutableArray<Column<InterfaceReport>> All { get; } =
    [
        Column.Word<InterfaceReport>("interface", one => one.Name),
        Column.Word<InterfaceReport>("state", one => one.State.Word()),
        Column.Time<InterfaceReport>("since", one => Timestamp.From(one.Since)),
        Column.Word<InterfaceReport>("problem", one => one.Problem ?? ""),
        Column.Number<InterfaceReport>("received", one => one.Total.Received),
        Column.Number<InterfaceReport>("accounted", one => one.Accounted),
        Column.Number<InterfaceReport>("dropped_kernel", one => one.Total.KernelDropped),
        Column.Number<InterfaceReport>("dropped_interface", one => one.Total.InterfaceDropped),
        Column.Number<InterfaceReport>("dropped_queue", one => one.Total.QueueDropped),
        Column.Number<InterfaceReport>("dropped_fault", one => one.Total.Failed),
        Column.Number<InterfaceReport>("missed_bytes", one => one.MissedOctets),
        Column.Time<InterfaceReport>("last_packet", one => one.LastFrame is { } last ? Timestamp.From(last) : Timestamp.Never),
        Column.Number<InterfaceReport>("openings", one => one.Openings),
        Column.Number<InterfaceReport>("blind_seconds", one => (long)one.BlindTime.TotalSeconds),
    ];

    public static void Write(Utf8JsonWriter json, IEnumerable<InterfaceReport> reports)
    {
        json.WriteStartArray("interfaces");
        foreach (var report in reports)
        {
            json.WriteStartObject();
            foreach (var column in All)
            {
                json.WritePropertyName(column.Name);
                column.Json(json, report);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
