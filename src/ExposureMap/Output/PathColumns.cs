using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Output;

/// <summary>A path with its place among those asked for, from 1.</summary>
internal sealed record RankedPath(int Rank, AssetPath Path)
{
    public static IEnumerable<RankedPath> Of(PathAnswer answer) => answer.Paths.Select((path, index) => new RankedPath(index + 1, path));
}

/// <summary>A path's fields (contract, <c>paths</c> row).</summary>
internal static class PathColumns
{
    public static ImmutableArray<Column<RankedPath>> All { get; } =
    [
        Column.Number<RankedPath>("rank", row => row.Rank),
        Column.Number<RankedPath>("cost", row => row.Path.Cost),
        Column.Word<RankedPath>("grade", row => row.Path.Grade?.Word() ?? ""),
        Column.Word<RankedPath>("basis", row => row.Path.Basis.ToString().ToLowerInvariant()),
        Column.Flag<RankedPath>("witnessed", row => row.Path.IsWitnessed),
        Column.Word<RankedPath>("certainty", row => CertaintyWord(row.Path.Certainty)),
        Column.Words<RankedPath>("because", row => row.Path.Because) with { InTable = false },
        Column.Word<RankedPath>("from", row => row.Path.From.Handle),
        Column.Word<RankedPath>("to", row => row.Path.To.Handle),
        Hops<RankedPath>("hops", row => row.Path.Hops),
    ];

    public static string CertaintyWord(PathCertainty certainty) => certainty == PathCertainty.Must ? "must" : "may";

    public static Column<T> Hops<T>(string name, Func<T, ImmutableArray<Hop>> hops) => new(
        name, (json, row) => FindingColumns.WriteHops(json, hops(row)),
        row => string.Join(" -> ", hops(row).Select(hop => $"{hop.To.Label} ({hop.Service}{Supposed(hop.Direction)})")));

    private static string Supposed(HopDirection direction) => direction.IsSupposed() ? ", " + direction.Word() : "";
}

/// <summary>The fields of <c>reach</c> and <c>exposed</c> rows (contract).</summary>
internal static class TimedColumns
{
    public static ImmutableArray<Column<TimedRow>> Reach { get; } = Of("arrival");

    public static ImmutableArray<Column<TimedRow>> Exposed { get; } = Of("departure");

    private static ImmutableArray<Column<TimedRow>> Of(string time) =>
    [
        Column.Word<TimedRow>("address", row => row.Asset.Handle),
        Column.Word<TimedRow>("name", row => row.Asset.Label),
        Column.Word<TimedRow>("segment", row => row.Asset.Segment.Name),
        Column.Word<TimedRow>("kind", row => Graph.Segments.SegmentKindWords.Word(row.Asset.Kind)),
        Column.Time<TimedRow>(time, row => row.Time),
        Column.Time<TimedRow>("possible", row => row.Possible),        // what the rows are ordered by
        Column.Word<TimedRow>("certainty", row => PathColumns.CertaintyWord(row.Certainty)),
        Column.Word<TimedRow>("basis", row => row.Basis.ToString().ToLowerInvariant()),
        Column.Words<TimedRow>("because", row => row.Because) with { InTable = false },
        PathColumns.Hops<TimedRow>("hops", row => row.Hops()),
    ];
}

/// <summary>What an answer is worth: what an empty one means, what was lost, whether a bound was hit.</summary>
internal static class AnswerWorth
{
    public static void Write(Utf8JsonWriter json, CoverageAnswer coverage)
    {
        if (coverage.Absence != Absence.None) json.WriteString("absence", coverage.Absence.Word());
        json.WriteStartArray("reasons");
        foreach (var reason in coverage.Reasons) json.WriteStringValue(reason);
        json.WriteEndArray();
    }
}
