using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Addresses of one machine in segments of different kinds. Public and unclaimed addresses beside others are no second home: most machines with
/// IPv6 have them. Routers and firewalls join segments by trade.
/// </summary>
internal sealed class DualHomed : IFindingRule
{
    public string Id => "EM009";

    public string Title => "Machine in two zones";

    public string Why => "A machine with a foot in each zone is a way past the firewall between them, for whoever takes it over.";

    public string Remedy =>
        "Take one of its addresses away. Where it needs both sides, put a firewall or a data diode between and let it live on one.";

    public ImmutableArray<string> Requirements => ["IEC 62443-3-2 ZCR 3.1", "IEC 62443-3-3 SR 5.2", "NIST SP 800-82r3 5.2.3"];

    public IEnumerable<Finding> Evaluate(FindingContext context)
    {
        foreach (var asset in context.Map.InSeveralSegments)
        {
            if (EndpointFacts.IsRouter(context.Map.Record, asset)) continue;
            var homes = asset.Segments.Where(segment => segment.Kind is not (SegmentKind.Unknown or SegmentKind.External))
                .OrderBy(segment => segment.Name, StringComparer.Ordinal).ToArray();
            if (homes.DistinctBy(segment => segment.Kind).Count() > 1) yield return Made(context, asset, homes);
        }
    }

    private Finding Made(FindingContext context, Asset asset, Segment[] homes)
    {
        var joinsField = homes.Any(segment => segment.Kind.IsField()) && homes.Any(segment => !segment.Kind.IsField());
        var joinsIt = joinsField && homes.Any(segment => segment.Kind == SegmentKind.It);
        var facts = asset.Addresses.Concat(asset.Macs).SelectMany(address => EndpointFacts.Of(context.Map.Record, address))
            .Where(fact => fact.Kind is FactKind.OwnedBy or FactKind.Fingerprint or FactKind.Name)
            .OrderBy(fact => fact.Evidence.First).Take(8).ToList();
        return new()
        {
            Id = $"{Id}-{FindingText.Key(asset)}",
            Rule = this,
            Severity = joinsIt ? Severity.High : joinsField ? Severity.Medium : Severity.Low,
            Title = $"{FindingText.Name(asset)} has a foot in {string.Join(" and in ", homes.Select(home => $"{home} ({FindingText.Kind(home.Kind)})"))}",
            From = asset,
            To = asset,
            Evidence = [.. facts.Select(fact => fact.Evidence).Distinct()],
            Details =
            [
                $"addresses: {FindingText.List(asset.Addresses.Select(address => address.ToString()))}",
                .. facts.Select(fact => $"one machine because {fact.Subject} said so by {fact.Source}: {fact.Value} ({fact.Evidence})").Distinct(),
            ],
            FirstSeen = asset.FirstSeen,
            LastSeen = asset.LastSeen,
            Accepted = context.Acceptances.For(Id, asset, asset),
        };
    }
}
