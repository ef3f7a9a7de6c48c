using System.Collections.Immutable;
using CsCheck;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Map;

/// <summary>What expired was never there: the map, and what is found in it, as if made anew of the rest.</summary>
public sealed class ExpiredTests
{
    internal static readonly TimeSpan Age = TimeSpan.FromMinutes(30);

    private static readonly string[] Hosts = ["10.10.0.1", "10.10.0.2", "10.20.0.1", "10.70.0.1", "10.70.0.2", "10.90.0.1"];
    private static readonly (ushort Port, string Name)[] Services = [(3389, "rdp"), (502, "modbus"), (443, "")];

    /// <summary>Who asks whom for what, with which effect, with an answer or without one; over, or going on.</summary>
    internal static readonly Gen<(int From, int To, int Service, int How)> Any =
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 5], Gen.Int[0, 2], Gen.Int[0, 5])
        .Select((from, step, service, how) => (from, (from + step) % 6, service, how));

    internal static readonly MapSettings Settings = new() { Segments = new(Site.Segments) };

    [Fact]
    public void Expired_AnyInsertsAndExpiries_FindingsAreThoseOfAFullRecomputeAfterEachBatch() => Any.Array[0, 8].Array[1, 6].Sample(
        batches =>
        {
            var (live, told, ledger, ever) = (new LiveMap(), new List<Conversation>(), new FindingLedger(), new HashSet<string>());
            for (var batch = 0; batch < batches.Length; batch++)
            {
                var now = Site.At(batch * 20 + 19);
                GoOn(live, told, Site.At(batch * 20));
                foreach (var (from, to, service, how) in batches[batch]) Tell(live, told, Conversation(told, batch * 20, from, to, service, how));
                if (batch % 2 == 1) live = Expire(live, told, now + -Age);
                live.Cover(new("a.pcap", Site.Midnight, now, 1, 0, 0, null));

                var anew = new LiveMap();
                foreach (var one in told) anew.OnConversation(one, null);
                anew.Cover(new("a.pcap", Site.Midnight, now, 1, 0, 0, null));
                Assert.Equal(MapText.Of(anew.Freeze()), MapText.Of(live.Freeze()));
                var found = Findings(live);
                Assert.Equal(Findings(anew).Select(Text), found.Select(Text));

                ever.UnionWith(found.Select(finding => finding.Id));
                var kept = ledger.Reconcile(found, now);
                Assert.Equal(ever.Order(), kept.Select(finding => finding.Id).Order());
                Assert.Equal(found.Select(finding => finding.Id).Order(),
                    kept.Where(finding => found.Contains(finding)).Select(finding => finding.Id).Order());
                Assert.All(kept.Except(found), finding => Assert.NotNull(finding.Closed));
            }
        },
        iter: 200, threads: 1);

    [Fact]
    public void Expired_WayNotSeenForTooLong_IsClosedAndOpenAgainWhenSeenAgain()
    {
        var (ledger, told, live) = (new FindingLedger(), new List<Conversation>(), new LiveMap());
        Tell(live, told, Conversation(told, 0, 0, 3, 1, 0));
        var id = ledger.Reconcile(Findings(live), Site.At(1)).Single(finding => finding.Rule.Id == "EM003").Id;

        live = live.Expired(Site.At(60));
        var closed = ledger.Reconcile(Findings(live), Site.At(90)).Single(finding => finding.Id == id);
        Tell(live, told, Conversation(told, 100, 0, 3, 1, 0));
        var again = ledger.Reconcile(Findings(live), Site.At(101));

        Assert.Equal(Site.At(90), closed.Closed);
        Assert.All(closed.Hops, hop => Assert.Null(hop.Conduit));        // holds no old map in memory
        Assert.Null(Assert.Single(again, finding => finding.Id == id).Closed);
    }

    [Fact]
    public void Expired_Machine_GoesWithItsLastConduitAndWhatWasToldOfIt()
    {
        var (told, live) = (new List<Conversation>(), new LiveMap());
        Tell(live, told, Conversation(told, 0, 0, 3, 1, 0));
        Tell(live, told, Conversation(told, 50, 1, 3, 1, 0));
        live.OnFact(new(Parse("10.10.0.1"), FactKind.Name, "OLD", "dns", Certainty.Own, default));
        live.OnFact(new(Parse("10.10.0.2"), FactKind.Name, "NEW", "dns", Certainty.Own, default));

        var map = new MapSnapshot(live.Expired(Site.At(40)).Freeze(), Settings);

        Assert.Equal(["10.10.0.2", "10.70.0.1"], map.Assets.Select(asset => asset.Address.ToString()).Order());
        Assert.Empty(map.Record.Facts[Parse("10.10.0.1")]);
        Assert.Equal(told[1].Start, map.Assets.Single(asset => asset.Address == Parse("10.70.0.1")).FirstSeen);
    }

    /// <summary>Of three machines that ask a controller one after the other, and the second once more later on.</summary>
    [Fact]
    public void Within_SpanOfTime_HoldsConduitsAndConversationsOfThatTimeOnly()
    {
        var (told, live) = (new List<Conversation>(), new LiveMap());
        foreach (var (minute, host) in ((int, int)[])[(0, 0), (20, 1), (40, 2), (50, 1)]) Tell(live, told, Conversation(told, minute, host, 3, 1, 0));
        live.Cover(new("a.pcap", Site.At(0), Site.At(60), 1, 0, 0, null));

        var map = new MapSnapshot(live.Within(Site.At(10), Site.At(30)).Freeze(), Settings);

        Assert.Equal("10.10.0.2", Assert.Single(map.Conduits).FromAddress.ToString());
        Assert.Equal(told[1].Start, Assert.Single(map.Record.Contacts.All()).Start);
        Assert.Equal(["10.10.0.2", "10.70.0.1"], map.Assets.Select(asset => asset.Address.ToString()).Order());
        Assert.Equal((Site.At(10), Site.At(30)), map.Watched);
    }

    [Fact]
    public void Expired_ConversationThatGoesOn_KeepsItsConduitAndIsCountedOnce()
    {
        var (told, live) = (new List<Conversation>(), new LiveMap());
        var open = Conversation(told, 0, 0, 3, 1, 0) with { IsOver = false };
        live.OnConversation(open, null);

        live = live.Expired(Site.At(60));
        live.OnConversation(open with { End = Site.At(61), IsOver = true }, open);

        var record = live.Freeze();
        Assert.Equal((1u, 1, 1),
            (record.Conduits[0].Established, record.Conduits.Count,
                MapText.Of(record).Count(line => line.StartsWith("contact", StringComparison.Ordinal))));
    }

    private static ImmutableArray<Finding> Findings(LiveMap live) =>
        FindingCatalog.Evaluate(new FindingContext(new MapSnapshot(live.Freeze(), Settings)) { Age = Age });

    private static string Text(Finding finding) =>
        $"{finding.Severity} {finding.Id} {finding.Title} {string.Join(' ', finding.Hops.Select(hop => $"{hop.From}>{hop.To} {hop.Service} {hop.Start}"))} " +
        $"{string.Join(' ', finding.Evidence)} {string.Join('|', finding.Details)} {finding.FirstSeen} {finding.LastSeen} {finding.Closed}";

    internal static void Tell(LiveMap live, List<Conversation> told, Conversation one)
    {
        told.Add(one);
        live.OnConversation(one, null);
    }

    /// <summary>Those that were not over end now.</summary>
    internal static void GoOn(LiveMap live, List<Conversation> told, Timestamp now)
    {
        for (var index = 0; index < told.Count; index++)
        {
            if (told[index].IsOver) continue;
            var before = told[index];
            told[index] = before with { End = now, IsOver = true };
            live.OnConversation(told[index], before);
        }
    }

    internal static LiveMap Expire(LiveMap live, List<Conversation> told, Timestamp before)
    {
        var gone = told.GroupBy(one => (one.Originator.Address, one.Responder)).Where(conduit => conduit.All(one => one.End < before && one.IsOver))
            .SelectMany(conduit => conduit).Select(one => one.Number).ToHashSet();
        told.RemoveAll(one => gone.Contains(one.Number));
        return live.Expired(before);
    }

    internal static Conversation Conversation(List<Conversation> told, int minute, int from, int to, int service, int how)
    {
        var number = told.Count == 0 ? 1 : told.Max(one => one.Number) + 1;
        var start = Site.At(minute) + TimeSpan.FromSeconds(number);
        var isUsable = how != 5;
        var tally = default(EffectTally);
        if (how is 1 or 2) tally[how == 1 ? Effect.Write : Effect.Control] = 1;
        return new()
        {
            Number = number,
            Transport = Transport.Tcp,
            Originator = new(Parse(Hosts[from]), 40000),
            Responder = new(Parse(Hosts[to]), Services[service].Port),
            Service = Services[service].Name,
            ServiceBasis = Services[service].Name.Length > 0 ? ServiceBasis.Payload : ServiceBasis.None,
            Outcome = isUsable ? Outcome.Established : Outcome.Rejected,
            DirectionBasis = how == 3 ? DirectionBasis.Port : DirectionBasis.Handshake,
            Start = start,
            Arrival = isUsable ? start + TimeSpan.FromSeconds(1) : Timestamp.Never,
            End = start + TimeSpan.FromSeconds(2),
            IsOver = how != 4,
            Effects = tally,
            Operations = how is 1 or 2 ? [new(how == 1 ? Effect.Write : Effect.Control, $"does {number}", number * 10 + 1, start)] : [],
            Evidence = new("a.pcap", number * 10, number * 10 + 5, start, start + TimeSpan.FromSeconds(2)),
        };
    }

    private static Address Parse(string text) => Address.TryParse(text, out var address) ? address : throw new ArgumentException(text);
}
