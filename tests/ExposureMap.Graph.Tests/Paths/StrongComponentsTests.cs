using CsCheck;
using ExposureMap.Graph.Paths;
using QuikGraph.Algorithms;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class StrongComponentsTests
{
    /// <summary>From a dense few to a sparse many, so that one big component, many small ones and both ways to find them occur.</summary>
    private static readonly Gen<RandomGraph> _anyGraph = Gen.OneOf(RandomGraph.Of(9, 20), RandomGraph.Of(40, 60), RandomGraph.Of(200, 300));

    [Fact]
    public void In_AnyGraph_GroupsAsQuikGraphDoes() => _anyGraph.Sample(random =>
    {
        var theirs = new Dictionary<int, int>();
        var count = random.Graph.StronglyConnectedComponents(theirs);
        var ours = StrongComponents.In(random.Graph);

        Assert.Equal(count, ours.Count);
        foreach (var vertex in random.Graph.Vertices)
            foreach (var other in random.Graph.Vertices) Assert.Equal(theirs[vertex] == theirs[other], ours.Of[vertex] == ours.Of[other]);
    });

    [Fact]
    public void In_AnyGraph_NumbersComponentsAgainstTheEdges() => _anyGraph.Sample(random =>
    {
        var components = StrongComponents.In(random.Graph);
        foreach (var (from, to, _) in random.Edges) Assert.True(components.Of[from] >= components.Of[to]);
        var (members, start) = components.Members();
        for (var index = 0; index < components.Count; index++)
            foreach (var member in members[start[index]..start[index + 1]]) Assert.Equal(index, components.Of[member]);
    });

    [Fact]
    public void In_AnyGraph_EndsAtTheWorkBoundOrIsComplete() => Gen.Select(_anyGraph, Gen.Int[0, 400]).Sample((random, work) =>
    {
        var bounded = StrongComponents.In(random.Graph, new() { MaxWork = work });
        if (bounded.IsComplete) Assert.Equal(StrongComponents.In(random.Graph).Of.ToArray(), bounded.Of.ToArray());
        else Assert.Equal(CutOff.Work, bounded.CutOff);
    });

    [Fact]
    public void In_VeryLongChain_NeedsNoCallStack()
    {
        const int Length = 200_000;
        var from = Enumerable.Range(0, Length - 1).ToArray();
        var graph = ReachGraph.Build(Length, from, [.. from.Select(vertex => vertex + 1)], new byte[Length - 1]);
        Assert.Equal(Length, StrongComponents.In(graph).Count);
    }
}
