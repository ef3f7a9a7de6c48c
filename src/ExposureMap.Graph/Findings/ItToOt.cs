using System.Collections.Immutable;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

internal sealed class ItToOt : IFindingRule
{
    public string Id => "EM003";

    public string Title => "Direct conduit from IT to OT";

    public string Why => "An office computer talks to a plant machine with nothing between them that could stop, check or log it.";

    public string Remedy =>
        "Move the exchange into the DMZ: let the OT side push to a server there and the IT side read from it; then block the direct way.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-2 ZCR 3.2", "IEC 62443-3-3 SR 5.1", "NERC CIP-005-7 R1.2", "NIST SP 800-82r3 5.2.3"];

    public IEnumerable<Finding> Evaluate(FindingContext context) => DirectConduits.Of(context, this, SegmentKind.It, SegmentKind.Ot);
}
