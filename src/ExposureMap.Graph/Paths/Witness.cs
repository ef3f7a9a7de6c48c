using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>Whether the edges of one path follow each other in time, by taking at each the conversation that gets on earliest.</summary>
internal static class Witness
{
    private const string DirectionDoubt = "direction:";

    /// <summary>
    /// The path as hops with what is known of it. Where the times do not fit, the hops are the conduits and the first misfit is named.
    /// </summary>
    public static AssetPath Of(PathGraph graph, IReadOnlyList<int> edges, TimeRule rule)
    {
        var possible = Walk(graph, edges, rule with { Claim = Claim.May });
        if (possible.Count < edges.Count)
        {
            var at = possible.Count == 0 ? rule.Since : possible[^1].Arrival;
            return Unwitnessed(graph, edges, Misfit(graph, graph.Edge(edges[possible.Count]), possible.Count + 1, at));
        }

        var certain = Walk(graph, edges, rule with { Claim = Claim.Must });
        return Made(graph, certain.Count == edges.Count ? certain : possible);
    }

    /// <summary>A path whose conversations were found by a search in time.</summary>
    public static AssetPath Made(PathGraph graph, IReadOnlyList<ContactHop> hops)
    {
        var edges = hops.Select(hop => hop.Edge.Id).ToList();
        var doubts = DoubtsOf(graph, edges);
        var isSupposed = edges.Any(edge => graph.Edge(edge).IsSupposed);
        doubts.InsertRange(0,
            hops.Select(hop => DoubtOf(graph, hop))
                .Where(doubt => doubt.Length > 0 && !(IsOfDirection(doubt) && doubts.Any(IsOfDirection))).Distinct());
        var basis = isSupposed ? graph.Options.Supposed : PathBasis.Witnessed;
        return new(HopFolding.HopsOf(graph, hops), CostOf(graph, edges), GradeOf(graph, edges), basis, !isSupposed, CertaintyOf(doubts), [.. doubts]);
    }

    /// <summary>Why a hop through time is not certain; empty when it is. What its edge leaves open is not said again.</summary>
    public static string DoubtOf(PathGraph graph, in ContactHop hop)
    {
        if (hop.IsProven) return "";
        var conduit = new Conduit(graph.Map, graph.Edge(hop.Edge.Id).Row);
        return hop.Basis switch
        {
            HopBasis.Bound => $"expired detail: of {conduit} the times are kept only from first to last, {conduit.FirstSeen} and on",
            HopBasis.OpenSession when hop.Contact.Certainty == ContactCertainty.Certain =>
                $"open session: {conduit} was open since {hop.Contact.Start}; when it was answered next is not known",
            _ => $"{DirectionDoubt} who opened {conduit} at {hop.Contact.Start} is not told by handshake or payload",
        };
    }

    /// <summary>
    /// The strongest effect of the last hop; of a device behind an address, that of the hop to its carrier on the device's protocol.
    /// </summary>
    public static Effect? GradeOf(PathGraph graph, IReadOnlyList<int> edges)
    {
        var last = edges[^1];
        if (graph.Edge(last).Class != EdgeClass.Behind) return graph.EffectOf(last);
        return edges.Count > 1 && graph.Edge(edges[^2]).Row == graph.Edge(last).Row ? graph.EffectOf(edges[^2]) : null;
    }

    /// <summary>What the edges leave open, each once: <c>direction: ...</c>, <c>protocol: ...</c>, <c>pull: ...</c>.</summary>
    public static List<string> DoubtsOf(PathGraph graph, IEnumerable<int> edges)
    {
        var doubts = new List<string>();
        var before = EdgeClass.Session;
        foreach (var edge in edges)
        {
            var one = graph.Edge(edge);
            var isInside = (before, one.Class) == (EdgeClass.Member, EdgeClass.Member) && graph.Map.Assets[one.From].IsStandIn;
            before = one.Class;
            if (isInside) doubts.Add($"permitted: inside {graph.Map.Assets[one.From].Segment} the policy says nothing");
            if (one.Doubts == Doubt.None || one.Class == EdgeClass.Member) continue;
            var conduit = new Conduit(graph.Map, one.Row);
            if (one.Doubts.HasFlag(Doubt.Direction)) doubts.Add($"direction: who opened {conduit} is told by {conduit.Data.DirectionBasis.Word()}");
            if (one.Doubts.HasFlag(Doubt.Protocol))
                doubts.Add($"protocol: {conduit} is told by {(conduit.Data.ServiceBasis == ServiceBasis.Port ? "its port" : "nothing but its port number")}");
            if (one.Doubts.HasFlag(Doubt.Supposed)) doubts.Add(SuppositionOf(graph, conduit));
            if (one.Doubts.HasFlag(Doubt.Pulled)) doubts.Add(PullOf(graph, one, conduit));
        }

        return [.. doubts.Distinct()];
    }

    private static string PullOf(PathGraph graph, in PathEdge edge, Conduit conduit) => edge.IsSupposed
        ? $"pull: what {graph.Map.Assets[edge.To].Label} may fetch from {graph.Map.Assets[edge.From].Label} may take effect there"
        : $"pull: that what {conduit.FromAddress} fetched from {conduit.ToAddress} took effect was not seen";

    /// <summary>What a conduit rests on that nobody was seen to use: <c>permitted: ...</c> or <c>assumed: ...</c>.</summary>
    private static string SuppositionOf(PathGraph graph, Conduit conduit)
    {
        if (graph.Options.Supposed == PathBasis.Permitted)
        {
            var rule = graph.Map.Settings.Policy.Rules.First(rule =>
                rule.From == conduit.FromSegment.Name && rule.To == conduit.ToSegment.Name
                && rule.Services.Any(match => match.ToService() == conduit.Service));
            var because = rule.Because.Length == 0 ? "" : $" ({rule.Because})";
            return $"permitted: {rule.From} -> {rule.To} {conduit.Service}{because}; {(conduit.Data.Established > 1 ? "it was seen in use" : "nobody was seen to use it")}";
        }

        var from = graph.Map.Assets[conduit.From];
        return from.IsStandIn
            ? $"assumed: others of {from.Segment} were seen to use {conduit.Service} of {conduit.ToAddress}"
            : $"assumed: nobody was seen to use {conduit}";
    }

    private static AssetPath Unwitnessed(PathGraph graph, IReadOnlyList<int> edges, string misfit)
    {
        var doubts = DoubtsOf(graph, edges);
        doubts.Insert(0, misfit);
        var basis = edges.Any(edge => graph.Edge(edge).IsSupposed) ? graph.Options.Supposed : PathBasis.Observed;
        return new(HopFolding.HopsOf(graph, edges), CostOf(graph, edges), GradeOf(graph, edges), basis, false, PathCertainty.May, [.. doubts]);
    }

    /// <summary>As many hops as fit in time, from the first on.</summary>
    private static List<ContactHop> Walk(PathGraph graph, IReadOnlyList<int> edges, TimeRule rule)
    {
        var (at, hops) = (rule.Since, new List<ContactHop>(edges.Count));
        foreach (var edge in edges)
        {
            if (graph.Earliest(edge, at, rule) is not { } hop) break;
            hops.Add(hop);
            at = hop.Arrival;
        }

        return hops;
    }

    private static string Misfit(PathGraph graph, PathEdge edge, int hop, Timestamp at)
    {
        var conduit = new Conduit(graph.Map, edge.Row);
        return hop == 1 || at == Timestamp.Beginning
            ? $"exists, not witnessed: hop {hop} ({conduit}) has no conversation with known times in that span"
            : $"exists, not witnessed: hop {hop} ({conduit}) was not used again after {at}, when hop {hop - 1} arrives";
    }

    private static bool IsOfDirection(string doubt) => doubt.StartsWith(DirectionDoubt, StringComparison.Ordinal);

    private static PathCertainty CertaintyOf(List<string> doubts) => doubts.Count == 0 ? PathCertainty.Must : PathCertainty.May;

    private static int CostOf(PathGraph graph, IEnumerable<int> edges) => edges.Sum(graph.CostOf);
}
