using CsCheck;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>The map is the sum of the last word on each conversation, whatever the order, and a snapshot of it never changes.</summary>
public sealed class LiveMapTests
{
    private static readonly string[] Hosts = ["10.10.0.1", "10.10.0.2", "10.70.0.5", "fd00::1", "02:00:00:00:00:01"];

    /// <summary>A conversation between two of a few hosts; times differ, so that first and last are told.</summary>
    private static readonly Gen<Conversation> Any = Gen.Select(
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 4]), Gen.Int[0, 2], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3]), Gen.Int[0, 1000], Gen.Int[0, 1000],
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 2]))
        .Select((ends, service, how, start, length, effect) =>
            Conversation(ends.Item1, (ends.Item1 + ends.Item2) % 5, service, (Outcome)how.Item1, (DirectionBasis)how.Item2, start, length,
                (Effect)effect.Item1, effect.Item2));

    private static Conversation Conversation(int from, int to, int service, Outcome outcome, DirectionBasis direction, int start, int length,
        Effect effect, int count)
    {
        var tally = default(EffectTally);
        tally[effect] = count;
        var first = Site.At(start);
        var last = Site.At(start + length);
        return new()
        {
            Number = 0,
            Transport = Transport.Tcp,
            Originator = new(Parse(Hosts[from]), 40000),
            Responder = new(Parse(Hosts[to]), (ushort)(502 + service)),
            Vlan = from - 1,
            Service = service == 0 ? "" : "modbus",
            ServiceBasis = service == 0 ? ServiceBasis.None : ServiceBasis.Payload,
            Outcome = outcome,
            DirectionBasis = direction,
            Start = first,
            Arrival = outcome.IsUsable() ? first : Timestamp.Never,
            End = last,
            Effects = tally,
            OriginatorTraffic = new(1, 40, 0),
            Operations = count == 0 ? [] : [new(effect, $"{effect} {start}", start + 1, first)],
            Evidence = new("a.pcap", start + 1, start + 2, first, last),
        };
    }

    private static Address Parse(string text) => Address.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static Conversation[] Numbered(Conversation[] conversations) => [.. conversations.Select((one, number) => one with
    {
        Number = number,
        Start = one.Start + TimeSpan.FromSeconds(number),         // no two at the same moment
        End = one.End + TimeSpan.FromSeconds(number),
        Evidence = one.Evidence with { FirstFrame = number * 10 + 1, LastFrame = number * 10 + 2 },
    })];

    private static LiveMap Told(IEnumerable<Conversation> conversations)
    {
        var map = new LiveMap();
        foreach (var one in conversations) map.OnConversation(one, null);
        return map;
    }

    [Fact]
    public void Freeze_AnyOrder_IsTheSameMap() => Gen.Select(Any.Array[1, 12], Gen.Int).Sample(
        (some, seed) =>
        {
            var conversations = Numbered(some);
            var shuffled = conversations.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(MapText.Of(Told(conversations).Freeze()), MapText.Of(Told(shuffled).Freeze()));
        },
        iter: 500, threads: 1);

    /// <summary>Live capture tells a conversation as it grows: what it was before leaves no trace, not even where it turned around.</summary>
    [Fact]
    public void OnConversation_ToldAgain_IsAsIfToldOnce() => Gen.Select(Any.Array[1, 6], Gen.Int).Sample(
        (some, seed) =>
        {
            var last = Numbered(some)
                .Select(one => one.Number % 2 == 0 ? one : one with { Responder = one.Responder with { Port = (ushort)(1000 + one.Number) } })
                .ToArray();
            var random = new Random(seed);
            var map = new LiveMap();
            var before = last.Select(one => Earlier(one, random)).ToArray();
            for (var number = 0; number < last.Length; number++) map.OnConversation(before[number], null);
            for (var number = 0; number < last.Length; number++) map.OnConversation(last[number], before[number]);

            Assert.Equal(MapText.Of(Told(last).Freeze()), MapText.Of(map.Freeze()));
        },
        iter: 500, threads: 1);

    /// <summary>What may have been told of a conversation before: shorter, with another outcome, less done, or the other way round.</summary>
    private static Conversation Earlier(Conversation last, Random random)
    {
        var earlier = last with { IsOver = false, End = last.Start, Evidence = last.Evidence with { LastFrame = last.Evidence.FirstFrame } };
        if (random.Next(2) == 0) earlier = earlier with { Outcome = Outcome.Attempted, Arrival = Timestamp.Never };
        if (random.Next(2) == 0) earlier = earlier with { Effects = default, Operations = [] };
        if (last.Responder.Port < 1000) return earlier;           // shares its conduit with others
        if (random.Next(2) == 0) earlier = earlier with { Service = "", ServiceBasis = ServiceBasis.None };
        return random.Next(3) == 0
            ? earlier with { Originator = last.Responder, Responder = last.Originator, DirectionBasis = DirectionBasis.FirstSeen }
            : earlier;
    }

    [Fact]
    public void Freeze_WriterGoesOn_SnapshotDoesNotChange() => Any.Array[2, 40].Sample(
        some =>
        {
            var map = new LiveMap();
            var frozen = new List<(MapRecord Record, string[] Text)>();
            foreach (var one in Numbered(some))
            {
                map.OnConversation(one, null);
                var record = map.Freeze();
                frozen.Add((record, MapText.Of(record)));
            }

            foreach (var (record, text) in frozen) Assert.Equal(text, MapText.Of(record));
        },
        iter: 100, threads: 1);

    /// <summary>A map that is slow to evaluate is evaluated anew for what a rule may find in it, not for the same again.</summary>
    [Fact]
    public void HasNewsSince_TheSameAgain_IsNone_AndWhatWasNotSeenBefore_Is()
    {
        var known = Conversation(0, 1, 1, Outcome.Attempted, DirectionBasis.Handshake, 0, 1, Effect.Read, 1) with { Number = 1 };
        Assert.False(IsNews(map => map.OnConversation(known with { Number = 2, Start = known.End, End = Site.At(9) }, null)));
        Assert.False(IsNews(map => map.OnConversation(known with { End = Site.At(9) }, known)));

        Assert.True(IsNews(map => map.OnConversation(known with { Number = 2, Responder = known.Responder with { Port = 80 } }, null)));
        Assert.True(IsNews(map => map.OnConversation(known with { Number = 2, Originator = new(Parse("10.9.9.9"), 1) }, null)));
        Assert.True(IsNews(map => map.OnConversation(known with { Number = 2, Outcome = Outcome.Established, Arrival = known.Start }, null)));
        Assert.True(IsNews(map => map.OnConversation(known with { Number = 2, Effects = Written(), Operations = [] }, null)));
        Assert.True(IsNews(map => map.OnFact(new(known.Originator.Address, FactKind.Name, "plc-1", "dns", Certainty.Announced, default))));

        bool IsNews(Action<LiveMap> then)
        {
            var map = Told([known]);
            var before = map.Freeze();
            then(map);
            return map.Freeze().HasNewsSince(before);
        }

        static EffectTally Written()
        {
            var tally = default(EffectTally);
            tally[Effect.Write] = 1;
            return tally;
        }
    }

    /// <summary>Between which machines frames were lost is told by conduit, and so by pairs of segments.</summary>
    [Fact]
    public void OnConversation_WithOctetsThatWereNeverCaptured_MarksItsConduit()
    {
        var map = new LiveMap();
        var whole = Conversation(0, 1, 0, Outcome.Established, DirectionBasis.Handshake, 0, 1, Effect.Read, 0) with { Number = 1 };
        map.OnConversation(whole, null);
        Assert.Equal(0, map.Freeze().Conduits[0].HasGaps);

        map.OnConversation(whole with { Number = 2, MissedOctets = 1460 }, null);
        Assert.Equal(1, map.Freeze().Conduits[0].HasGaps);
    }

    [Fact]
    public void Freeze_SecondTime_SharesTheChunksThatDidNotChange()
    {
        var map = new LiveMap();
        for (var number = 0; number < 2 * Rows<ConduitRow>.ChunkSize; number++)
            map.OnConversation(
                Numbered([Conversation(0, 1, 0, Outcome.Established, DirectionBasis.Handshake, 0, 1, Effect.Read, 0)])[0] with
                {
                    Number = number,
                    Responder = new(Address.IPv4(0x0A000000u + (uint)number), 1)
                }, null);
        var before = map.Freeze();
        map.OnConversation(Conversation(2, 3, 0, Outcome.Established, DirectionBasis.Handshake, 0, 1, Effect.Read, 0) with { Number = 99_999 }, null);
        var after = map.Freeze();

        Assert.Same(before.Conduits.Chunk(0), after.Conduits.Chunk(0));
        Assert.Same(before.Conduits.Chunk(1), after.Conduits.Chunk(1));
        Assert.Equal((2, 3), (before.Conduits.Chunks, after.Conduits.Chunks));
    }

    /// <summary>What waits to be taken in together keeps its order: the address is shared only after the second claim.</summary>
    [Fact]
    public void OnFact_BetweenConversations_CountsForThoseAfterIt()
    {
        var (map, claim) =
            (new LiveMap(), new AssetFact(Address.IPv4(0x0A000001), FactKind.OwnedBy, "02:00:00:00:00:01", "arp", Certainty.Own, default, 10));
        var talk = Conversation(0, 1, 0, Outcome.Established, DirectionBasis.Handshake, 0, 1, Effect.Read,
            0) with
        { Originator = new(claim.Subject, 1), Vlan = 20 };
        map.OnFact(claim);
        map.OnConversation(talk with { Number = 1 }, null);
        map.OnFact(claim with { Value = "02:00:00:00:00:02", Vlan = 20 });
        map.OnConversation(talk with { Number = 2 }, null);

        var record = map.Freeze();
        Assert.Equal(["", "vlan 20"],
            Enumerable.Range(0, record.Conduits.Count).Select(row => record.Texts[record.Endpoints[record.Conduits[row].From].Overlay]));
    }

    [Fact]
    public void Edit_AfterASnapshot_CopiesTheChunkOnce()
    {
        var table = new RowTable<long>();
        table.Add(1);
        var first = table.Snapshot();
        table.Edit(0) = 2;
        var chunk = table.Snapshot();
        table.Edit(0) = 3;
        table.Add(4);

        Assert.Equal((1L, 1, 2L, 1, 3L, 2), (first[0], first.Count, chunk[0], chunk.Count, table[0], table.Count));
    }

    [Fact]
    public void OnFact_TheSameAgain_IsKeptOnceAndTheSurerWins()
    {
        var map = new LiveMap();
        var fact = new AssetFact(Parse(Hosts[0]), FactKind.Name, "plc-1", "dns", Certainty.Announced, default);
        map.OnFact(fact);
        map.OnFact(fact);
        map.OnFact(fact with { Certainty = Certainty.Own, Source = "dhcp" });

        Assert.Equal(["plc-1"],
            new Site().Talk(Hosts[0], Hosts[2], "tcp/502")
                .Tell(Hosts[0], FactKind.Name, "plc-1").Map.Assets.Single(asset => asset.Address == fact.Subject).Names);
        Assert.Equal(2, map.Freeze().Facts[fact.Subject].Length);
    }

    [Fact]
    public void OnFact_EndlessNames_AreBounded()
    {
        var map = new LiveMap();
        for (var number = 0; number < 10_000; number++)
            map.OnFact(new(Parse(Hosts[0]), FactKind.Name, $"n{number}", "dns", Certainty.Announced, default));

        Assert.Equal(64, map.Freeze().Facts[Parse(Hosts[0])].Length);
    }
}
