using CsCheck;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class EarliestArrivalTests
{
    [Fact]
    public void From_AnyContacts_ArrivesAsTheTimeRuleSays() => RandomContacts.Of(24).Sample(sample =>
    {
        var found = EarliestArrival.From(sample.Random.Graph, ContactLog.Of(sample.Contacts), sample.Random.Sources, sample.Rule);
        Assert.Equal(sample.EarliestArrivals(), sample.Random.Graph.Vertices.Select(found.At));
    }, iter: 5000);

    [Fact]
    public void PathTo_AnyContacts_IsAWalkThroughTimeThatArrivesThen() => RandomContacts.Of(24).Sample(sample =>
    {
        var found = EarliestArrival.From(sample.Random.Graph, ContactLog.Of(sample.Contacts), sample.Random.Sources, sample.Rule);
        foreach (var vertex in sample.Random.Graph.Vertices)
        {
            if (found.PathTo(vertex) is not { } hops) continue;
            sample.AssertWalkable(hops);
            if (hops.IsEmpty)
            {
                Assert.Contains(vertex, sample.Random.Sources);
                continue;
            }

            Assert.Contains(hops[0].Edge.Source, sample.Random.Sources);
            Assert.Equal((vertex, found.At(vertex)), (hops[^1].Edge.Target, hops[^1].Arrival));
        }
    }, iter: 5000);

    [Fact]
    public void From_LongChainAtOneInstantInReverseOrder_IsWalkedAcrossBlocks()
    {
        const int Length = 5000;
        var vertices = Enumerable.Range(0, Length).ToArray();
        var graph = ReachGraph.Build(Length + 1, [.. vertices.Select(v => Length - 1 - v)], [.. vertices.Select(v => Length - v)], new byte[Length]);
        var log = ContactLog.Of(vertices.Select(edge => new Contact(edge, new(7), new(7), new(7), edge, ContactCertainty.Certain)));

        var found = EarliestArrival.From(graph, log, [0], new());

        Assert.Equal(new Timestamp(7), found.At(Length));
        Assert.Equal(Length, found.PathTo(Length)!.Value.Length);
    }

    [Fact]
    public void From_EdgeMasked_DoesNotUseItsContacts()
    {
        var graph = ReachGraph.Build(2, [0], [1], [1]);
        var log = ContactLog.Of([new Contact(0, new(1), new(2), new(3), 1, ContactCertainty.Certain)]);

        Assert.True(EarliestArrival.From(graph, log, [0], new()).Contains(1));
        Assert.False(EarliestArrival.From(graph, log, [0], new(), new EdgeMask(graph).DisableEdge(0)).Contains(1));
    }

    [Fact]
    public void From_WorkBound_SaysSo()
    {
        var graph = ReachGraph.Build(2, [0], [1], [1]);
        var log = ContactLog.Of([new Contact(0, new(1), new(2), new(3), 1, ContactCertainty.Certain)]);

        Assert.Equal(CutOff.Work, EarliestArrival.From(graph, log, [0], new(), bounds: new() { MaxWork = 0 }).CutOff);
    }

    [Fact]
    public void From_ContactOfAnUnknownEdge_IsRefused() => Assert.Throws<ArgumentException>(() => EarliestArrival.From(
        ReachGraph.Build(2, [0], [1], [1]), ContactLog.Of([new Contact(1, new(1), new(2), new(3), 1, ContactCertainty.Certain)]), [0], new()));
}
