using CsCheck;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;
using static ExposureMap.Graph.Tests.Map.ExpiredTests;

namespace ExposureMap.Graph.Tests.Findings;

/// <summary>New paths that are told before the map is evaluated again are those that the evaluation will find.</summary>
public sealed class NewPathWatchTests
{
    [Fact]
    public void Look_AnyInsertsTurnsAndExpiries_TellsWhatAFullRecomputeFindsAfterEachBatch() =>
        Gen.Select(Any.Array[0, 6].Array[2, 8], Gen.Int[1, 5], Gen.Int[0, 7]).Sample(
        (batches, every, expiry) =>
        {
            var (live, told) = (new LiveMap(), new List<Conversation>());
            var (watch, baseline, known) = (default(NewPathWatch), default(Baseline), new HashSet<string>());
            for (var batch = 0; batch < batches.Length; batch++)
            {
                var now = Site.At(batch * 20 + 19);
                if (batch % 2 == 0) Turn(live, told);
                else GoOn(live, told, Site.At(batch * 20));
                foreach (var (from, to, service, how) in batches[batch]) Tell(live, told, Conversation(told, batch * 20, from, to, service, how));
                if (batch == expiry) live = Expire(live, told, now + -Age);
                live.Cover(new("a.pcap", Site.Midnight, now, 1, 0, 0, null));
                var record = live.Freeze();
                baseline ??= new("monday", record);
                var full = new FindingContext(new(record, Settings)) { Baseline = baseline, Age = Age };
                var found = FindingCatalog.Evaluate(full, FindingCatalog.Urgent);

                if (batch % every == 0 || batch == expiry)
                {
                    if (batch == expiry && watch is not null) Assert.Empty(watch.Look(record));
                    watch = new(full);
                    known.Clear();
                }
                else if (watch!.Look(record) is { IsEmpty: false } ahead)
                {
                    Assert.Equal(found.Select(Text), ahead.Select(Text));
                    Assert.All(ahead, AssertWalkable);
                }
                else
                {
                    Assert.Subset(known, found.Select(finding => finding.Id).ToHashSet());
                }

                known.UnionWith(found.Select(finding => finding.Id));
                Assert.Empty(watch.Look(record));
            }
        },
        iter: 500, threads: 1);

    /// <summary>Without the way that is shown: of several that cost the same it may be another.</summary>
    private static string Text(Finding finding) =>
        $"{finding.Severity} {finding.Id} {finding.Title.Split(", on a way")[0]} {string.Join('|', finding.Details.Skip(1))} {finding.FirstSeen} {finding.LastSeen} {finding.Closed}";

    private static void AssertWalkable(Finding finding)
    {
        Assert.Equal(SegmentKind.It, finding.Hops[0].From.Kind);
        Assert.Contains(finding.Hops[^1].To.Kind, new[] { SegmentKind.Ot, SegmentKind.Metering });
        Assert.All(finding.Hops, hop => Assert.True(hop.Conduit!.Value.IsUsable));
        Assert.Equal(finding.Hops.Skip(1).Select(hop => hop.From), finding.Hops.SkipLast(1).Select(hop => hop.To));
    }

    /// <summary>Of those that go on it turns out that the other end opened them.</summary>
    private static void Turn(LiveMap live, List<Conversation> told)
    {
        for (var index = 0; index < told.Count; index++)
        {
            if (told[index].IsOver) continue;
            var before = told[index];
            told[index] =
                before with
                {
                    Originator = before.Responder with { Port = 40000 },
                    Responder = before.Originator with { Port = before.Responder.Port }
                };
            live.OnConversation(told[index], before);
        }
    }
}
