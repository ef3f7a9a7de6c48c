using CsCheck;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

/// <summary>A random graph with random contacts at few moments, so that equal times and hops without duration are the rule.</summary>
public sealed record RandomContacts(RandomGraph Random, Contact[] Contacts, TimeRule Rule)
{
    public static readonly Gen<TimeRule> Rules =
        from claim in Gen.Enum<Claim>()
        from open in Gen.Enum<OpenSessions>()
        from since in Gen.Int[-1, 4]
        from until in Gen.Int[4, 14]
        select new TimeRule
        {
            Claim = claim,
            OpenSessions = open,
            Since = since < 0 ? Timestamp.Beginning : new(since),
            Until = until > 12 ? Timestamp.Never : new(until),
        };

    public static Gen<RandomContacts> Of(int maxContacts) =>
        from random in RandomGraph.Of(7, 14).Where(graph => graph.Edges.Length > 0)
        from contacts in ContactOn(random.Edges.Length, 10).Array[0, maxContacts]
        from rule in Rules
        select new RandomContacts(random, [.. contacts.Select((contact, index) => contact with { Evidence = index })], rule);

    public static Gen<Contact> ContactOn(int edges, int moments) =>
        from edge in Gen.Int[0, edges - 1]
        from start in Gen.Int[0, moments]
        from wait in Gen.Frequency((2, Gen.Const(0)), (3, Gen.Int[0, 4]))
        from rest in Gen.Int[0, 5]
        from certain in Gen.Frequency((3, Gen.Const(ContactCertainty.Certain)), (1, Gen.Const(ContactCertainty.Uncertain)))
        select new Contact(edge, new(start), new(start + wait), new(start + wait + rest), 0, certain);

    /// <summary>The time rule of the contract, word by word, repeated until nothing changes.</summary>
    public Timestamp[] EarliestArrivals()
    {
        var at = Enumerable.Repeat(Timestamp.Never, Random.Vertices).ToArray();
        foreach (var source in Random.Sources) at[source] = Rule.Since;
        Repeat(contact =>
        {
            var (from, to, _) = Random.Edges[contact.Edge];
            var here = at[from];
            if (here.IsNever) return false;
            Timestamp? arrival = contact.Start >= here ? contact.Arrival
                : Rule.OpenSessions == OpenSessions.Exclude ? null
                : contact.Arrival >= here ? contact.Arrival
                : Rule.Claim == Claim.May && contact.End >= here ? here
                : null;
            if (arrival is not { } moment || moment > Rule.Until || moment >= at[to]) return false;
            at[to] = moment;
            return true;
        });
        return at;
    }

    public Timestamp?[] LatestDepartures()
    {
        var at = new Timestamp?[Random.Vertices];
        foreach (var target in Random.Targets) at[target] = Rule.Until;
        Repeat(contact =>
        {
            var (from, to, _) = Random.Edges[contact.Edge];
            if (at[to] is not { } there || contact.Arrival > there) return false;
            var departure = Rule.OpenSessions == OpenSessions.Exclude ? contact.Start
                : Rule.Claim == Claim.Must ? contact.Arrival
                : Timestamp.Earlier(contact.End, there);
            if (departure < Rule.Since || departure <= at[from]) return false;
            at[from] = departure;
            return true;
        });
        return at;
    }

    public void AssertWalkable(IReadOnlyList<ContactHop> hops)
    {
        var at = Rule.Since;
        for (var index = 0; index < hops.Count; index++)
        {
            var hop = hops[index];
            var contact = Contacts[(int)hop.Evidence];
            if (index > 0) Assert.Equal(hops[index - 1].Edge.Target, hop.Edge.Source);
            Assert.Equal((contact.Edge, contact.Start), (hop.Edge.Id, hop.Start));
            Assert.Equal((hop.Edge.Source, hop.Edge.Target), (Random.Edges[contact.Edge].From, Random.Edges[contact.Edge].To));
            if (hop.Basis == HopBasis.Contact) Assert.True(at <= contact.Start && hop.Arrival == contact.Arrival);
            else Assert.True(at <= contact.End && hop.Arrival >= contact.Arrival && hop.Arrival >= at);
            if (Rule.Claim == Claim.Must) Assert.Equal(ContactCertainty.Certain, contact.Certainty);
            if (Rule.OpenSessions == OpenSessions.Exclude) Assert.Equal(HopBasis.Contact, hop.Basis);
            Assert.True(hop.Arrival <= Rule.Until);
            at = hop.Arrival;
        }
    }

    public override string ToString() => $"{Random}; {Rule}; {string.Join(' ', Contacts.Select(c =>
        $"{c.Edge}@{c.Start.Nanoseconds}-{c.Arrival.Nanoseconds}-{c.End.Nanoseconds}{(c.Certainty == ContactCertainty.Certain ? "" : "?")}"))}";

    private void Repeat(Func<Contact, bool> relax)
    {
        bool changed;
        do
        {
            changed = false;
            foreach (var contact in Contacts) if (Rule.Claim == Claim.May || contact.Certainty == ContactCertainty.Certain) changed |= relax(contact);
        }
        while (changed);
    }
}
