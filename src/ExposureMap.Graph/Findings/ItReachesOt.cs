using System.Collections.Immutable;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>Paths, one for each place where they enter OT; those of a single hop are <see cref="ItToOt"/>'s.</summary>
internal sealed class ItReachesOt : IFindingRule
{
    public string Id => "EM002";

    public string Title => "IT reaches OT";

    public string Why => "Someone who takes over an office computer can move on, machine by machine, to the machines that run the plant.";

    public string Remedy =>
        "Cut the path at its cheapest place (exposuremap cut). End every conversation from IT in the DMZ, and let people go on from there only through a jump host.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-2 ZCR 3.2", "IEC 62443-3-3 SR 5.1", "NERC CIP-005-7 R1.2", "NIST SP 800-82r3 5.2.3"];

    public IEnumerable<Finding> Evaluate(FindingContext context) => ZoneEntryFindings.Of(context, this, SegmentKind.Ot);
}
