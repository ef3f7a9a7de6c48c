using System.Collections.Immutable;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Output;

/// <summary>How much of the traffic between two segments was seen, and how much of it without an answer: nobody answered, or the mirror does not show it.</summary>
/// <param name="WithGaps">Conduits in which octets were acknowledged that were never captured: frames were lost there.</param>
internal sealed record SegmentPairCoverage(string From, string To, long Conduits, long WithGaps, long Conversations, long Unanswered, Timestamp First, Timestamp Last)
{
    public static ImmutableArray<Column<SegmentPairCoverage>> Columns { get; } =
    [
        Column.Word<SegmentPairCoverage>("from_segment", row => row.From),
        Column.Word<SegmentPairCoverage>("to_segment", row => row.To),
        Column.Number<SegmentPairCoverage>("conversations", row => row.Conversations),
        Column.Number<SegmentPairCoverage>("unanswered", row => row.Unanswered),
        Column.Word<SegmentPairCoverage>("directions", row => row.Directions),
        Column.Number<SegmentPairCoverage>("conduits", row => row.Conduits),
        Column.Number<SegmentPairCoverage>("conduits_with_gaps", row => row.WithGaps),
        Column.Time<SegmentPairCoverage>("first_seen", row => row.First),
        Column.Time<SegmentPairCoverage>("last_seen", row => row.Last),
    ];

    /// <summary>Protocols.md G2: from 95 percent both ways on, silence means something; up to 5 percent the mirror shows one direction.</summary>
    private string Directions => Conversations == 0 || Unanswered * 20 <= Conversations ? "both" : Unanswered * 20 >= Conversations * 19 ? "one" : "partly both";
}
