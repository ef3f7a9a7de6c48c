using System.Collections.Immutable;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>Paths, one for each place where they enter metering; those of a single hop are <see cref="ItToMetering"/>'s.</summary>
internal sealed class ItReachesMetering : IFindingRule
{
    public string Id => "EM001";

    public string Title => "IT reaches metering";

    public string Why =>
        "Someone who takes over an office computer can move on, machine by machine, to the meters: read them, change them or switch customers off.";

    public string Remedy =>
        "Cut the path at its cheapest place (exposuremap cut), let only the head-end talk to meters, and let people reach the head-end only through a jump host with its own accounts.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-2 ZCR 3.2", "IEC 62443-3-3 SR 5.1", "NIST SP 800-82r3 5.2.3"];

    public IEnumerable<Finding> Evaluate(FindingContext context) => ZoneEntryFindings.Of(context, this, SegmentKind.Metering);
}
