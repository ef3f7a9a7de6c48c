using System.Collections.Immutable;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;

namespace ExposureMap.Output;

/// <summary>One cell of the zone-and-conduit matrix: how many services between two segments are of which verdict.</summary>
internal sealed record MatrixCell(string From, string To, ImmutableArray<ZoneFlow> Flows)
{
    public static ImmutableArray<Column<MatrixCell>> Columns { get; } =
    [
        Column.Word<MatrixCell>("from", cell => cell.From),
        Column.Word<MatrixCell>("to", cell => cell.To),
        .. Enum.GetValues<PolicyVerdict>()
            .Select(verdict => Column.Number<MatrixCell>(MatrixWriter.Word(verdict), cell => cell.Flows.Count(flow => flow.Verdict == verdict))),
        Column.Words<MatrixCell>("services", cell => cell.Flows.Select(flow => $"{flow.Service} {MatrixWriter.Word(flow.Verdict)}")),
    ];

    /// <summary>Those of two segments that something passes between, or may.</summary>
    public static IEnumerable<MatrixCell> Of(ZoneMatrix matrix) =>
        from source in matrix.Zones
        from target in matrix.Zones
        let flows = matrix.Between(source, target)
        where source != target && !flows.IsEmpty
        select new MatrixCell(source.Name, target.Name, flows);
}
