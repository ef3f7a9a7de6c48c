using System.Collections.Immutable;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

internal sealed class ItToMetering : IFindingRule
{
    public string Id => "EM004";

    public string Title => "Direct conduit from IT to metering";

    public string Why => "An office computer talks to the metering network itself, where only the head-end and its collectors have business.";

    public string Remedy =>
        "Let IT get meter data from the meter data management system in the DMZ, and block the way to head-end, collectors and meters.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-2 ZCR 3.2", "IEC 62443-3-3 SR 5.1", "NIST SP 800-82r3 5.2.3"];

    public IEnumerable<Finding> Evaluate(FindingContext context) => DirectConduits.Of(context, this, SegmentKind.It, SegmentKind.Metering);
}
