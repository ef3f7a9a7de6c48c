using System.Globalization;
using System.Text.Json;
using ExposureMap.Graph.Observation;
using ExposureMap.Hosting;
using ExposureMap.Output;

namespace ExposureMap.Api;

/// <summary>
/// <c>/health</c>: is the map complete and kept. Answers 503 until the first map is out, then 200, with <c>degraded</c> when something is amiss.
/// </summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder app, ServiceParts parts) =>
        app.MapGet("/health", () => Report(parts)).WithSummary("How the service fares.");

    private static JsonResult Report(ServiceParts parts)
    {
        var now = parts.Publication.Current;
        var interfaces = parts.Interfaces.Select(one => one.Report()).ToList();
        return new(now is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK, json =>
        {
            json.WriteString("status", now is null ? "starting" : IsGood(parts, interfaces) ? "ok" : "degraded");
            json.WriteBoolean("lossy", interfaces.Any(one => one.State == InterfaceState.Lossy));
            Time(json, "last_packet", interfaces.Max(one => one.LastFrame));
            Time(json, "map_published", now?.At);
            json.WriteString("map_problem", parts.Publication.Problem);
            Time(json, "store_saved", parts.StoreKeeper.LastSave);
            json.WriteString("store_problem", parts.StoreKeeper.Problem);
            json.WriteString("findings_log_problem", parts.FindingsLog.Problem);
            json.WriteString("memory_problem", Shortage(parts.Pipeline));
            InterfaceColumns.Write(json, interfaces);
        });
    }

    private static bool IsGood(ServiceParts parts, IEnumerable<InterfaceReport> interfaces) =>
        parts.Publication.Problem is null && parts.StoreKeeper.Problem is null && parts.FindingsLog.Problem is null
        && Shortage(parts.Pipeline) is null
        && interfaces.All(one => one.State is InterfaceState.Live or InterfaceState.Silent);

    /// <summary>What the map leaves out for want of memory, or null.</summary>
    private static string? Shortage(Pipeline pipeline) => pipeline.IsSparing
        ? string.Create(CultureInfo.InvariantCulture,
            $"memory is short: {pipeline.Counters.Spared} unanswered conversations are not in the map; 'memory' in the configuration raises the limit")
        : null;

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        json.WritePropertyName(name);
        Column.WriteTime(json, time is { } known ? Timestamp.From(known) : Timestamp.Never);
    }
}
