using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Turns the entries from IT into a kind of zone into findings: one for each entry, whatever the number of assets behind it, and one for a crowd of
/// entries.
/// </summary>
internal static class ZoneEntryFindings
{
    /// <summary>Protocols.md F, severity modifiers: a fan-out of a hundred weighs one step more.</summary>
    private const int WideFanOut = 100;

    public static IEnumerable<Finding> Of(FindingContext context, IFindingRule rule, SegmentKind kind)
    {
        foreach (var entry in new ZoneEntries(context, rule.Id, kind).All())
            if (!entry.IsDirect) yield return Made(context, rule, kind, entry);
    }

    private static Finding Made(FindingContext context, IFindingRule rule, SegmentKind kind, ZoneEntry entry)
    {
        var path = entry.Path;
        return new()
        {
            Id = $"{rule.Id}-{entry.Key}-{kind.Word()}",
            Rule = rule,
            Severity = SeverityOf(entry),
            Title = TitleOf(kind, entry),
            From = path.From,
            To = path.To,
            Hops = path.Hops,
            Evidence = [.. path.Hops.Select(hop => hop.Evidence).Distinct()],
            Details = DetailsOf(entry),
            FirstSeen = path.Hops.Min(hop => hop.Start),
            LastSeen = path.Hops.Max(hop => hop.Conduit!.Value.LastSeen),
            Walkable = entry.Walkable,
            Accepted = context.Acceptances.For(rule.Id, path.From, path.To),
        };
    }

    /// <summary>What holds only on paper is never more than medium; what was walked and used to change something is critical.</summary>
    private static Severity SeverityOf(ZoneEntry entry)
    {
        if (!entry.Path.IsWitnessed) return Severity.Medium;
        return FindingText.IsGrave(entry.Path.Grade) || entry.Exposed >= WideFanOut ? Severity.Critical : Severity.High;
    }

    private static string TitleOf(SegmentKind kind, ZoneEntry entry)
    {
        var (path, noun) = (entry.Path, FindingText.Kind(kind));
        var reached = (entry.IsAtLeast ? "at least " : "") + FindingText.Count(entry.Exposed, $"{noun} asset", $"{noun} assets");
        if (path.IsWitnessed && entry.InTime < entry.Exposed) reached += $" ({entry.InTime} in the order of time)";
        var hops = FindingText.Count(path.Hops.Length, "hop", "hops");
        var title = entry.Crowd.IsEmpty
            ? $"{FindingText.Subject(path.From)} reaches {reached} in {hops}: {FindingText.Services(path.Hops)}"
            : $"IT reaches {reached} through {FindingText.Count(entry.Crowd.Length, "host", "hosts")} of {entry.Through.Segment}, {FindingText.Name(path.From)} in {hops}: {FindingText.Services(path.Hops)}";
        if (Done(path) is { } done) title += $"; last hop was seen to {done}";
        return path.IsWitnessed ? title : title + "; exists, not witnessed in that order";
    }

    private static string? Done(AssetPath path)
    {
        if (path.Hops[^1].Conduit is { } last && path.Grade is not null && last.Operations.Any(one => FindingText.IsDisconnect(one.Operation)))
            return "disconnect";
        return path.Grade is { } grade && grade != Effect.Report ? FindingText.Verb(grade) : null;
    }

    private static ImmutableArray<string> DetailsOf(ZoneEntry entry)
    {
        var details = ImmutableArray.CreateBuilder<string>();
        details.Add(
            $"enters through {(entry.Crowd.IsEmpty ? FindingText.NameAndHomes(entry.Through) : $"{FindingText.Names(entry.Crowd)} of {entry.Through.Segment}")}");
        if (entry.Comers.Length > 1) details.Add($"came there from IT: {FindingText.Names(entry.Comers)}");
        if (entry.Devices > 0)
            details.Add(
                $"exposed: {FindingText.Count(entry.Machines, "asset", "assets")} and {FindingText.Count(entry.Devices, "device", "devices")} behind them");
        details.Add(
            $"best path: cost {entry.Path.Cost}, {(entry.Path.IsWitnessed ? "holds in time" : "not witnessed")}, {(entry.Path.Certainty == PathCertainty.Must ? "must" : "may")}");
        details.AddRange(entry.Path.Because.Select(because => "may: " + because));
        if (entry.Path.Hops[^1].Conduit is { } last) details.AddRange(FindingLines.Gravest([last]));
        return details.ToImmutable();
    }
}
