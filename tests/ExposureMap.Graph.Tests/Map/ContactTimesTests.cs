using CsCheck;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Tests.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

public sealed class ContactTimesTests
{
    private static readonly Gen<Contact> AnyContact =
        from edge in Gen.Int[0, int.MaxValue]
        from times in Gen.OneOf(Gen.Long, Gen.Long[0, 1000].Select(ms => ms * 1_000_000)).Array[3]
        from evidence in Gen.Long
        from certainty in Gen.Enum<ContactCertainty>()
        from capture in Gen.Frequency((8, Gen.Const(7)), (2, Gen.Int[0, 3]), (1, Gen.Int[0, int.MaxValue]))
        select Ordered(edge, times, evidence, certainty) with { Capture = capture };

    [Fact]
    public void Freeze_AnyContactsInAnyOrder_GivesThemBackExactlyByTime() => AnyContact.Array[0, 60].Sample(contacts =>
        Assert.Equal(contacts.Order(), ContactLog.Of(contacts).All()));

    [Fact]
    public void Freeze_AddedInParts_EqualsAddedAtOnce() => RandomContacts.ContactOn(5, 100_000).Array[0, 9000].Sample(contacts =>
    {
        var times = new ContactTimes(new());
        for (var index = 0; index < contacts.Length; index++)
        {
            times.Add(contacts[index]);
            if (index % 700 == 0) times.Freeze();
        }

        Assert.Equal(contacts.Order(), times.Freeze().All());
    }, iter: 20);

    [Fact]
    public void TryRead_StoredBlock_IsTheSame() => Gen.Select(AnyContact.Array[1, 300], Gen.Bool).Sample((contacts, isOfOneCapture) =>
    {
        if (isOfOneCapture) contacts = Array.ConvertAll(contacts, contact => contact with { Capture = 7 });
        foreach (var block in ContactLog.Of(contacts).Blocks)
        {
            Assert.True(ContactBlock.TryRead(block.Stored.ToArray(), int.MaxValue, out var read));
            Assert.Equal(block.ReadAll(), read.ReadAll());
            Assert.Equal(block.ReadAll(), Enumerable.Range(0, read.Count).Select(read.At));
        }
    });

    /// <summary>The file may be damaged: whatever is read is refused or stays within the edges there are.</summary>
    [Fact]
    public void TryRead_DamagedOctets_IsRefusedOrReadable() =>
        Gen.Select(AnyContact.Array[1, 60], Gen.Int[0, 200], Gen.Byte, Gen.Int[0, 200]).Sample((contacts, place, value, length) =>
    {
        var octets = ContactLog.Of(contacts).Blocks[0].Stored.ToArray();
        octets[Math.Min(place, octets.Length - 1)] = value;
        foreach (var damaged in new[] { octets, octets[..Math.Min(length, octets.Length)] })
            if (ContactBlock.TryRead(damaged, 1000, out var block)) Assert.All(block.ReadAll(), contact => Assert.InRange(contact.Edge, 0, 999));
    });

    [Fact]
    public void Freeze_OpenConversations_AreInThatLogOnly()
    {
        var times = new ContactTimes(ContactLimits.None);
        times.Add(new(0, new(5), new(5), new(5), 1, ContactCertainty.Certain));

        Assert.Equal([3, 5],
            times.Freeze(new Contact(0, new(3), new(3), new(3), 2, ContactCertainty.Certain)).All().Select(contact => contact.Start.Nanoseconds));
        Assert.Equal([5], times.Freeze().All().Select(contact => contact.Start.Nanoseconds));
    }

    /// <summary>A conversation of days that ends now: only the block that its start falls into is written again.</summary>
    [Fact]
    public void Add_LateContact_LeavesOtherBlocksAlone()
    {
        var times = new ContactTimes(ContactLimits.None);
        for (var index = 0; index < 64 * ContactBlock.Capacity; index++)
            times.Add(new(0, new(index * 10), new(index * 10), new(index * 10), index, ContactCertainty.Certain));
        var before = times.Freeze();
        times.Add(new(0, new(5), new(5), new(5), 0, ContactCertainty.Certain));

        Assert.Equal(2, times.Freeze().Blocks.Except(before.Blocks).Count());
    }

    [Fact]
    public void Freeze_EarlierLog_IsNotChangedByLaterContacts()
    {
        var times = new ContactTimes(new());
        times.Add(new(0, new(5), new(5), new(5), 1, ContactCertainty.Certain));
        var before = times.Freeze();
        times.Add(new(0, new(4), new(4), new(4), 2, ContactCertainty.Certain));
        times.Freeze();

        Assert.Equal([5L], before.All().Select(contact => contact.Start.Nanoseconds));
    }

    [Fact]
    public void Add_TimesThatContradict_AreStraightened()
    {
        var contact = Assert.Single(ContactLog.Of([new Contact(0, new(5), new(3), new(1), 1, ContactCertainty.Certain)]).All());
        Assert.Equal((5, 5, 5), (contact.Start.Nanoseconds, contact.Arrival.Nanoseconds, contact.End.Nanoseconds));
    }

    [Fact]
    public void Freeze_MicrosecondsOfThirtyDays_StartsNeedAtMostThreeOctets()
    {
        var random = new Random(7);
        const int Contacts = 200_000;
        const long Gap = 30L * 86_400 * 1_000_000 / 10_000_000;    // microseconds between two of ten million
        var moment = 1_700_000_000_000_000L;
        var log = ContactLog.Of(Enumerable.Range(0, Contacts).Select(index =>
        {
            moment += (long)(-Math.Log(1 - random.NextDouble()) * Gap);
            return new Contact(random.Next(1_000_000), new(moment * 1000), new((moment + random.Next(20_000)) * 1000),
                new((moment + random.Next(90_000_000)) * 1000), index * 40L, ContactCertainty.Certain);
        }));

        Assert.InRange((double)log.StartOctets / Contacts, 2, 3);
        Assert.InRange((double)log.Octets / Contacts, 8, 14);
    }

    [Fact]
    public void Freeze_MemoryCapped_KeepsBoundsThatEncloseTheTruth() => Capped.Sample(sample =>
    {
        var (random, contacts, rule, octets) = sample;
        var times = new ContactTimes(new() { MaxOctets = octets });
        foreach (var contact in contacts) times.Add(contact);
        var capped = times.Freeze();
        var exact = ContactLog.Of(contacts);

        Assert.Equal(contacts.Length, capped.Count + BoundsOf(capped).Sum(bound => bound.Count));
        Assert.False(capped.IsExact);
        foreach (var open in Enum.GetValues<OpenSessions>())
        {
            var (must, may) = (rule with { Claim = Claim.Must, OpenSessions = open }, rule with { Claim = Claim.May, OpenSessions = open });
            AssertBetween(random, vertex => EarliestArrival.From(random.Graph, capped, random.Sources, must).At(vertex),
                vertex => EarliestArrival.From(random.Graph, exact, random.Sources, must).At(vertex),
                vertex => EarliestArrival.From(random.Graph, exact, random.Sources, may).At(vertex),
                vertex => EarliestArrival.From(random.Graph, capped, random.Sources, may).At(vertex));
            AssertBetween(random, vertex => Back(LatestDeparture.To(random.Graph, capped, random.Targets, must).At(vertex)),
                vertex => Back(LatestDeparture.To(random.Graph, exact, random.Targets, must).At(vertex)),
                vertex => Back(LatestDeparture.To(random.Graph, exact, random.Targets, may).At(vertex)),
                vertex => Back(LatestDeparture.To(random.Graph, capped, random.Targets, may).At(vertex)));
        }
    }, iter: 30);

    [Fact]
    public void Freeze_OlderThanTheAge_IsKnownByBounds()
    {
        var times = new ContactTimes(new() { MaxAge = TimeSpan.FromSeconds(2) });
        for (var index = 0; index < 32 * ContactBlock.Capacity; index++)
            times.Add(new(index % 3, new(index * 1_000_000L), new(index * 1_000_000L), new(index * 1_000_000L), index, ContactCertainty.Certain));

        var log = times.Freeze();

        Assert.Equal(2 * ContactBlock.Capacity, log.Count);
        Assert.Equal([0, 1, 2], BoundsOf(log).Select(bound => bound.First.Edge));
        Assert.Equal(30 * ContactBlock.Capacity, BoundsOf(log).Sum(bound => bound.Count));
    }

    private static readonly Gen<(RandomGraph Random, Contact[] Contacts, TimeRule Rule, long Octets)> Capped =
        from random in RandomGraph.Of(7, 14).Where(graph => graph.Edges.Length > 0)
        from contacts in RandomContacts.ContactOn(random.Edges.Length, 50_000).Array[70_000]
        from since in Gen.Long[0, 45_000]
        from octets in Gen.Long[100, 5_000]
        select (random, contacts, new TimeRule { Since = new(since), Until = new(since + 10_000) }, octets);

    private static void AssertBetween(
        RandomGraph random, Func<int, Timestamp> latest, Func<int, Timestamp> must, Func<int, Timestamp> may, Func<int, Timestamp> earliest)
    {
        foreach (var vertex in random.Graph.Vertices)
        {
            Assert.True(latest(vertex) >= must(vertex) && must(vertex) >= may(vertex) && may(vertex) >= earliest(vertex));
        }
    }

    private static IEnumerable<ContactBound> BoundsOf(ContactLog log) => Enumerable.Range(0, log.Bounds.Count).Select(row => log.Bounds[row]);

    private static Timestamp Back(Timestamp? departure) => departure is { } moment ? new(-moment.Nanoseconds) : Timestamp.Never;

    private static Contact Ordered(int edge, long[] times, long evidence, ContactCertainty certainty)
    {
        Array.Sort(times);
        return new(edge, new(times[0]), new(times[1]), new(times[2]), evidence, certainty);
    }
}
