using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Output;

/// <summary>What passes between two segments against what may: the fields of <c>policy check</c>.</summary>
internal static class PolicyColumns
{
    public static ImmutableArray<Column<ZoneFlow>> All { get; } =
    [
        Column.Word<ZoneFlow>("from", flow => flow.From.Name),
        Column.Word<ZoneFlow>("to", flow => flow.To.Name),
        Column.Word<ZoneFlow>("service", flow => flow.Service),
        Column.Word<ZoneFlow>("verdict", flow => MatrixWriter.Word(flow.Verdict)),
        Column.Word<ZoneFlow>("rule", flow => flow.Rule?.ToString() ?? ""),
        Column.Number<ZoneFlow>("conduits", flow => flow.Conduits),
        Column.Number<ZoneFlow>("conversations", flow => flow.Conversations),
        Column.Word<ZoneFlow>("pivot_rank", flow => flow.Rank.Word()) with { InTable = false },
        Column.Time<ZoneFlow>("last_seen", flow => flow.LastSeen) with { InTable = false },
        Column.Evidence<ZoneFlow>("evidence", flow => flow.Evidence) with { InTable = false },
    ];

    /// <summary>What broke the policy first.</summary>
    public static IEnumerable<ZoneFlow> RowsOf(ZoneMatrix matrix) => matrix.Flows.OrderByDescending(IsBroken);

    public static bool IsBroken(ZoneFlow flow) => flow.Verdict is PolicyVerdict.Outside or PolicyVerdict.Lapsed;

    /// <summary>Without a policy nothing can be outside of it.</summary>
    public static void WriteDeclared(Utf8JsonWriter json, ZoneMatrix matrix) => json.WriteBoolean("declared", matrix.Policy.IsDeclared);
}
