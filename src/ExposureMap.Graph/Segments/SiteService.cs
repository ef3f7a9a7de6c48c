using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Segments;

/// <summary>A vendor's service whose port no public list knows, named by the site.</summary>
/// <param name="Carrier">Transport and ports, never a protocol.</param>
/// <param name="Kind">What the service is part of, <see cref="SegmentKind.Unknown"/> when not declared.</param>
public sealed record SiteService(string Name, ServiceMatch Carrier, SegmentKind Kind)
{
    /// <summary>Where its responders are, null for everywhere.</summary>
    public Prefix? Prefix { get; init; }

    public bool Matches(Service service, Address responder) => Carrier.Matches(service) && (Prefix?.Contains(responder) ?? true);
}
