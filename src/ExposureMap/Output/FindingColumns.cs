using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Output;

/// <summary>A finding's and a hop's fields (contract, "Rows of the queries").</summary>
internal static class FindingColumns
{
    public static ImmutableArray<Column<Finding>> All { get; } =
    [
        Column.Word<Finding>("severity", finding => finding.Severity.Word()),
        Column.Word<Finding>("id", finding => finding.Id),
        Column.Word<Finding>("rule", finding => finding.Rule.Id) with { InTable = false },
        Column.Word<Finding>("title", finding => finding.Title),
        Column.Word<Finding>("from", finding => finding.From.Address.ToString()) with { InTable = false },
        Column.Word<Finding>("to", finding => finding.To.Address.ToString()) with { InTable = false },
        new Column<Finding>("hops", (json, finding) => WriteHops(json, finding.Hops),
            finding => string.Join(" -> ", finding.Hops.Select(hop => hop.Service.ToString()))) { InTable = false },
        new Column<Finding>("evidence", WriteEvidence,
            finding => string.Join("; ", finding.Evidence.Select(one => one.ToString()))) { InTable = false },
        Column.Words<Finding>("details", finding => finding.Details) with { InTable = false },
        Column.Words<Finding>("requirement", finding => finding.Rule.Requirements) with { InTable = false },
        Column.Word<Finding>("remedy", finding => finding.Rule.Remedy) with { InTable = false },
        Column.Word<Finding>("accepted", finding => finding.Accepted is { } by ? $"{by.Because} (until {by.Until})" : ""),
        Column.Time<Finding>("first_seen", finding => finding.FirstSeen) with { InTable = false },
        Column.Time<Finding>("last_seen", finding => finding.LastSeen) with { InTable = false },
        Column.Time<Finding>("closed", finding => finding.Closed ?? Timestamp.Never),
    ];

    public static void WriteHops(Utf8JsonWriter json, ImmutableArray<Hop> hops)
    {
        json.WriteStartArray();
        foreach (var hop in hops)
        {
            json.WriteStartObject();
            json.WriteString("from", hop.From.Handle);
            json.WriteString("to", hop.To.Handle);
            json.WriteString("service", hop.Service.ToString());
            json.WriteString("pivot_rank", hop.PivotRank.Word());
            json.WriteString("direction", hop.Direction.Word());
            json.WritePropertyName("start");
            Column.WriteTime(json, hop.Start);
            json.WritePropertyName("arrival");
            Column.WriteTime(json, hop.Arrival);
            json.WritePropertyName("evidence");
            Column.WriteEvidence(json, hop.Evidence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEvidence(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartArray();
        foreach (var one in finding.Evidence) Column.WriteEvidence(json, one);
        json.WriteEndArray();
    }
}
