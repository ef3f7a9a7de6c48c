using CsCheck;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

/// <summary>
/// Walks through time over a map, where a conversation may carry a hop with it, against it or both, and devices hang behind their carriers.
/// </summary>
public sealed class MapWalkTests
{
    private sealed record Talk(int From, int To, int Start, int Wait, int Rest, bool IsCertain, bool IsCommanded);

    private static readonly Gen<Talk[]> Talks =
        (from sender in Gen.Int[0, 4]
         from receiver in Gen.Int[0, 4]
         from start in Gen.Int[0, 9]
         from wait in Gen.Frequency((1, Gen.Const(0)), (2, Gen.Int[0, 3]))
         from rest in Gen.Int[0, 4]
         from certain in Gen.Bool
         from commanded in Gen.Frequency((2, Gen.Const(false)), (1, Gen.Const(true)))
         select new Talk(sender, receiver, start, wait, rest, certain, commanded)).Array[0, 12];

    [Fact]
    public void EarliestArrival_OnAnyMap_IsWhenTheRuleSays() =>
        Gen.Select(Talks, RandomContacts.Rules, Gen.Bool).Sample((talks, asked, withDevices) =>
    {
        var graph = GraphOf(talks, withDevices);
        var rule = OnTheClock(asked);
        var expected = Repeat(graph, rule);

        var found = EarliestArrival.From(graph, [0], rule);

        Assert.Equal(expected, graph.Graph.Vertices.Select(found.At));
        foreach (var vertex in graph.Graph.Vertices) if (found.PathTo(vertex) is { IsEmpty: false } hops) AssertFollows(hops, rule, found.At(vertex));
    });

    /// <summary>What contacts stand for is kept from the third search on, and work arrays are lent again.</summary>
    [Fact]
    public void EarliestArrival_AskedAgain_IsStillWhenTheRuleSays() =>
        Gen.Select(Talks, RandomContacts.Rules.Array[5], Gen.Bool).Sample((talks, rules, withDevices) =>
    {
        var graph = GraphOf(talks, withDevices);
        foreach (var rule in rules.Select(OnTheClock))
        {
            using var found = EarliestArrival.From(graph, [0], rule);
            Assert.Equal(Repeat(graph, rule), graph.Graph.Vertices.Select(found.At));
        }
    });

    [Fact]
    public void Earliest_OfOneEdge_IsThatOfAllItsConversations() =>
        Gen.Select(Talks, RandomContacts.Rules, Gen.Int[0, 12]).Sample((talks, asked, minute) =>
    {
        var graph = GraphOf(talks, withDevices: true);
        var (rule, moment) = (OnTheClock(asked), Site.At(minute));
        for (var edge = 0; edge < graph.Graph.EdgeCount; edge++)
            Assert.Equal(ArrivalOver(graph, edge, moment, rule), graph.Earliest(edge, moment, rule)?.Arrival ?? Timestamp.Never);
    });

    private static void AssertFollows(IEnumerable<ContactHop> hops, TimeRule rule, Timestamp arrival)
    {
        var at = rule.Since;
        foreach (var hop in hops)
        {
            Assert.True(hop.Basis == HopBasis.OpenSession ? hop.Contact.End >= at : hop.Start >= at);
            if (rule.Claim == Claim.Must) Assert.True(hop.IsProven);
            at = hop.Arrival;
        }

        Assert.Equal(arrival, at);
    }

    private static TimeRule OnTheClock(TimeRule rule) => rule with
    {
        Since = rule.Since == Timestamp.Beginning ? rule.Since : Site.At(rule.Since.Nanoseconds),
        Until = rule.Until.IsNever ? rule.Until : Site.At(rule.Until.Nanoseconds),
    };

    private static PathGraph GraphOf(Talk[] talks, bool withDevices)
    {
        var site = new Site().Watch();
        for (var host = 0; host < 5; host++) site.Talk(Host(host), "10.60.0.1", "udp/53 dns");
        foreach (var talk in talks)
        {
            site.Talk(
                Host(talk.From), Host(talk.To), "tcp/502 modbus", talk.Start, talk.Start + talk.Wait, talk.Start + talk.Wait + talk.Rest,
                direction: talk.IsCertain ? DirectionBasis.Handshake : DirectionBasis.Port,
                commanded: talk.IsCommanded ? (Effect.Control, "switches", null) : null);
        }

        if (withDevices) site.Tell(Host(1), FactKind.Device, "modbus unit 1").Tell(Host(1), FactKind.Device, "modbus unit 2");
        return PathGraph.Of(site.Map);
    }

    private static string Host(int number) => number < 2 ? $"10.10.0.{number + 1}" : $"10.70.0.{number + 1}";

    private static Timestamp[] Repeat(PathGraph graph, TimeRule rule)
    {
        var at = Enumerable.Repeat(Timestamp.Never, graph.Graph.VertexCount).ToArray();
        at[0] = rule.Since;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var edge = 0; edge < graph.Graph.EdgeCount; edge++)
            {
                var (from, to) = (graph.Edge(edge).From, graph.Edge(edge).To);
                var arrival = at[from].IsNever ? Timestamp.Never : ArrivalOver(graph, edge, at[from], rule);
                if (arrival >= at[to]) continue;
                (at[to], changed) = (arrival, true);
            }
        }

        return at;
    }

    private static Timestamp ArrivalOver(PathGraph graph, int edge, Timestamp here, TimeRule rule)
    {
        if (graph.Edge(edge).IsTimeless) return here <= rule.Until ? here : Timestamp.Never;
        var best = Timestamp.Never;
        foreach (var contact in graph.Map.Record.Contacts.All())
        {
            if (contact.Edge != graph.Edge(edge).Row || rule.Claim == Claim.Must && contact.Certainty == ContactCertainty.Uncertain) continue;
            if (contact.Start >= here) best = Timestamp.Earlier(best, contact.Arrival);
            else if (rule.OpenSessions == OpenSessions.Exclude) continue;
            else if (contact.Arrival >= here) best = Timestamp.Earlier(best, contact.Arrival);
            else if (rule.Claim == Claim.May && contact.End >= here) best = Timestamp.Earlier(best, here);
        }

        return best <= rule.Until ? best : Timestamp.Never;
    }
}
