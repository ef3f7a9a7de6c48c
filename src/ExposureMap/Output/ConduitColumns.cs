using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Output;

/// <summary>A conduit's fields (contract, "Rows of the queries").</summary>
internal static class ConduitColumns
{
    public static ImmutableArray<Column<Conduit>> All { get; } =
    [
        Column.Word<Conduit>("from", conduit => conduit.FromAddress.ToString()),
        Column.Word<Conduit>("to", conduit => conduit.ToAddress.ToString()),
        Column.Word<Conduit>("service", conduit => conduit.Service.ToString()),
        Column.Word<Conduit>("service_basis", conduit => conduit.Data.ServiceBasis.Word()) with { InTable = false },
        Column.Word<Conduit>("direction_basis", conduit => conduit.Data.DirectionBasis.Word()) with { InTable = false },
        Column.Word<Conduit>("from_segment", conduit => conduit.FromSegment.Name),
        Column.Word<Conduit>("to_segment", conduit => conduit.ToSegment.Name),
        Column.Counts<Conduit>("outcomes", conduit => conduit.Outcomes.Select(one => KeyValuePair.Create(one.Outcome.Word(), (long)one.Count))),
        Column.Counts<Conduit>("effects", conduit => Column.Counted(conduit.Effects, conduit.BackwardEffects)),
        Column.Number<Conduit>("bytes", conduit => conduit.Data.Octets),
        Column.Number<Conduit>("conversations", conduit => conduit.Conversations),
        Column.Word<Conduit>("pivot_rank", conduit => conduit.PivotRank.Word()) with { InTable = false },
        Column.Time<Conduit>("first_seen", conduit => conduit.FirstSeen) with { InTable = false },
        Column.Time<Conduit>("last_seen", conduit => conduit.LastSeen) with { InTable = false },
        Column.Evidence<Conduit>("evidence", conduit => conduit.Evidence) with { InTable = false },
    ];

    public static IEnumerable<Conduit> RowsOf(MapSnapshot map) => map.Conduits
        .OrderBy(conduit => conduit.FromAddress).ThenBy(conduit => conduit.ToAddress)
        .ThenBy(conduit => conduit.Service.ToString(), StringComparer.Ordinal);
}
