using CsCheck;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class LatestDepartureTests
{
    [Fact]
    public void To_AnyContacts_DepartsAsTheTimeRuleSays() => RandomContacts.Of(24).Sample(sample =>
    {
        var found = LatestDeparture.To(sample.Random.Graph, ContactLog.Of(sample.Contacts), sample.Random.Targets, sample.Rule);
        Assert.Equal(sample.LatestDepartures(), sample.Random.Graph.Vertices.Select(found.At));
    }, iter: 5000);

    [Fact]
    public void PathFrom_AnyContacts_IsAWalkThroughTimeToATarget() => RandomContacts.Of(24).Sample(sample =>
    {
        var found = LatestDeparture.To(sample.Random.Graph, ContactLog.Of(sample.Contacts), sample.Random.Targets, sample.Rule);
        foreach (var vertex in sample.Random.Graph.Vertices)
        {
            if (found.PathFrom(vertex) is not { IsEmpty: false } hops) continue;
            var departing = sample with { Rule = sample.Rule with { Since = found.At(vertex)!.Value } };
            departing.AssertWalkable(hops);
            Assert.Equal(vertex, hops[0].Edge.Source);
            Assert.Contains(hops[^1].Edge.Target, sample.Random.Targets);
        }
    }, iter: 5000);
}
