using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>A conduit that breaks a rule: who does it to whom, and how much it weighs among its like.</summary>
/// <param name="Actor">Asset that does it, which is the responder where the compromise runs against the session.</param>
/// <param name="Topic">Keeps unlike ones apart, else empty.</param>
internal readonly record struct Breach(int Row, int Actor, int Victim, Segment From, Segment To, long Weight, string Topic = "");

/// <summary>Breaches of one rule that are one finding.</summary>
internal sealed class ConduitGroup(FindingContext context, IFindingRule rule, string key, IReadOnlyList<Breach> breaches)
{
    private const int MaximumEvidence = 8;

    /// <summary>The gravest, then the earliest row.</summary>
    public ImmutableArray<Breach> Breaches { get; } = [.. breaches.OrderByDescending(breach => breach.Weight).ThenBy(breach => breach.Row)];

    public Breach Lead => Breaches[0];

    public Conduit LeadConduit => new(context.Map, Lead.Row);

    public Asset Actor => context.Map.Assets[Lead.Actor];

    public Asset Victim => context.Map.Assets[Lead.Victim];

    public IEnumerable<Conduit> Conduits => Breaches.Select(breach => new Conduit(context.Map, breach.Row));

    public IEnumerable<Asset> Actors => Breaches.Select(breach => breach.Actor).Distinct().Select(id => context.Map.Assets[id]);

    public IEnumerable<Asset> Victims => Breaches.Select(breach => breach.Victim).Distinct().Select(id => context.Map.Assets[id]);

    public string Services => FindingText.List(Conduits.Select(conduit => FindingText.Service(conduit.Service)).Distinct());

    /// <summary>The lead actor by name, or how many of which segment.</summary>
    public string ActorText => Many(Actors.Count(), Actor, Lead.From);

    /// <summary><c>ws-114 (10.10.4.20) of corporate talks</c>, <c>100 assets of corporate talk</c>.</summary>
    public string ActorDoes(string one, string many) => $"{ActorText} {(Actors.Take(2).Count() == 1 ? one : many)}";

    public string VictimDoes(string one, string many) => $"{VictimText} {(Victims.Take(2).Count() == 1 ? one : many)}";

    public string VictimText => Many(Victims.Count(), Victim, Lead.To);

    public Finding ToFinding(Severity severity, string title, IEnumerable<string> details) => new()
    {
        Id = $"{rule.Id}-{key}",
        Rule = rule,
        Severity = severity,
        Title = title,
        From = Actor,
        To = Victim,
        Hops = [Hop()],
        Evidence = [.. Conduits.Take(MaximumEvidence).Select(conduit => conduit.Evidence).Distinct()],
        Details = [.. details, .. Others("from", Actors), .. Others("to", Victims)],
        FirstSeen = Conduits.Min(conduit => conduit.FirstSeen),
        LastSeen = Conduits.Max(conduit => conduit.LastSeen),
        Accepted = context.Acceptances.For(rule.Id, Actor, Victim),
    };

    private static string Many(int count, Asset lead, Segment segment) =>
        count == 1 ? $"{FindingText.Name(lead)} of {segment}" : $"{FindingText.Count(count, "asset", "assets")} of {segment}";

    private static IEnumerable<string> Others(string word, IEnumerable<Asset> assets)
    {
        var all = assets.Select(FindingText.Name).ToList();
        return all.Count > 1 ? [$"{word}: {FindingText.List(all)}"] : [];
    }

    private Hop Hop()
    {
        var conduit = LeadConduit;
        var direction = conduit.From == Lead.Actor ? HopDirection.Session : HopDirection.Pull;
        return new(
            Actor, Victim, conduit.Service, conduit, conduit.PivotRank, direction, conduit.FirstSeen, context.Paths.FirstArrival(Lead.Row), conduit.Evidence);
    }
}
