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
internal sealed class ConduitGroup
{
    private const int MaximumEvidence = 8;

    private readonly FindingContext _context;
    private readonly IFindingRule _rule;

    private readonly int[] _actors;         // the lead's first
    private readonly int[] _victims;

    /// <param name="breaches">In any order; it is changed.</param>
    public ConduitGroup(FindingContext context, IFindingRule rule, string key, List<Breach> breaches)
    {
        (_context, _rule, Key) = (context, rule, key);
        breaches.Sort((one, other) => other.Weight.CompareTo(one.Weight) is var order and not 0 ? order : one.Row.CompareTo(other.Row));
        Breaches = [.. breaches];
        _actors = [.. breaches.Select(breach => breach.Actor).Distinct()];
        _victims = [.. breaches.Select(breach => breach.Victim).Distinct()];
        VictimSegments = [.. Breaches.Select(breach => breach.To).Distinct<Segment>(ReferenceEqualityComparer.Instance)];
    }

    /// <summary>Of the finding: what its breaches have in common, in words.</summary>
    public string Key { get; }

    /// <summary>The gravest, then the earliest row.</summary>
    public ImmutableArray<Breach> Breaches { get; }

    /// <summary>How many assets it is done to.</summary>
    public int Victims => _victims.Length;

    /// <summary>The lead's first; several, all of one kind, where the segment of the actors does it to so many.</summary>
    public ImmutableArray<Segment> VictimSegments { get; }

    public Breach Lead => Breaches[0];

    public Conduit LeadConduit => new(_context.Map, Lead.Row);

    public Asset Actor => _context.Map.Assets[Lead.Actor];

    public Asset Victim => _context.Map.Assets[Lead.Victim];

    public IEnumerable<Conduit> Conduits => Breaches.Select(breach => new Conduit(_context.Map, breach.Row));

    public string Services => FindingText.List(Conduits.Select(conduit => conduit.Service).Distinct().Select(FindingText.Service).Distinct());

    /// <summary>The lead actor by name, or how many of which segment.</summary>
    public string ActorText => Many(_actors.Length, Actor, ActorAddress, Lead.From.Name);

    /// <summary><c>ws-114 (10.10.4.20) of corporate talks</c>, <c>100 assets of corporate talk</c>.</summary>
    public string ActorDoes(string one, string many) => $"{ActorText} {(_actors.Length == 1 ? one : many)}";

    public string VictimDoes(string one, string many) => $"{VictimText} {(Victims == 1 ? one : many)}";

    public string VictimText => Many(Victims, Victim, VictimAddress, VictimSegmentText);

    /// <summary>The segment by name, or how many of which kind.</summary>
    public string VictimSegmentText =>
        VictimSegments.Length == 1 ? Lead.To.Name : FindingText.Count(VictimSegments.Length, "segment", $"{FindingText.Kind(Lead.To.Kind)} segments");

    public Finding ToFinding(Severity severity, string title, IEnumerable<string> details) => new()
    {
        Id = $"{_rule.Id}-{Key}",
        Rule = _rule,
        Severity = severity,
        Title = title,
        From = Actor,
        To = Victim,
        Hops = [Hop()],
        Evidence = [.. Conduits.Take(MaximumEvidence).Select(conduit => conduit.Evidence).Distinct()],
        Details = [.. details, .. WhoElse()],
        FirstSeen = Conduits.Min(conduit => conduit.FirstSeen),
        LastSeen = Conduits.Max(conduit => conduit.LastSeen),
        Accepted = _context.Acceptances.For(_rule.Id, Actor, Victim),
    };

    /// <summary>The addresses that the lead conduit used: a machine with several is in the named segment by these only.</summary>
    private Address ActorAddress => LeadConduit.From == Lead.Actor ? LeadConduit.FromAddress : LeadConduit.ToAddress;

    private Address VictimAddress => LeadConduit.To == Lead.Victim ? LeadConduit.ToAddress : LeadConduit.FromAddress;

    private static string Many(int count, Asset lead, Address address, string segment) =>
        count == 1 ? $"{FindingText.Name(lead, address)} of {segment}" : $"{FindingText.Count(count, "asset", "assets")} of {segment}";

    /// <summary>
    /// What the title cannot say: who else there is, and by which name the map knows a machine that the title names by another address.
    /// </summary>
    private IEnumerable<string> WhoElse() =>
    [
        .. Alias(_actors, ActorAddress), .. Alias(_victims, VictimAddress), .. Others("from", _actors), .. Others("to", _victims),
        .. VictimSegments.Length > 1 ? [$"in: {FindingText.List(VictimSegments.Select(segment => segment.Name))}"] : Array.Empty<string>(),
    ];

    private IEnumerable<string> Alias(int[] assets, Address address) =>
        assets.Length == 1 && _context.Map.Assets[assets[0]] is var one && address != one.Address
            ? [$"{address} is {FindingText.NameAndHomes(one)}"]
            : [];

    private IEnumerable<string> Others(string word, int[] assets) =>
        assets.Length > 1 ? [$"{word}: {FindingText.Names(_context.Map, assets)}"] : [];

    private Hop Hop()
    {
        var conduit = LeadConduit;
        var direction = conduit.From == Lead.Actor ? HopDirection.Session : HopDirection.Pull;
        return new(
            Actor, Victim, conduit.Service, conduit, conduit.PivotRank, direction, conduit.FirstSeen,
            _context.Paths.FirstArrival(Lead.Row), conduit.Evidence);
    }
}
