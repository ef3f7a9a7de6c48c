using CsCheck;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class LiveReachTests
{
    /// <summary>A frozen graph of the first vertices and edges; the others come one by one, as do the sources.</summary>
    [Fact]
    public void AddEdge_ToAFrozenGraph_ReachesWhatAFullSearchReachesAndFollowsEachEdgeOnce() =>
        Gen.Select(RandomGraph.Of(8, 24), Gen.Int[0, 24], Gen.Int[0, 2], Gen.Bool).Sample((random, frozen, sources, isForward) =>
        {
            frozen = Math.Min(frozen, random.Edges.Length);
            sources = Math.Min(sources, random.Sources.Length);
            var vertices =
                random.Edges[..frozen].SelectMany(edge => new[] { edge.From, edge.To }).Concat(random.Sources[..sources]).DefaultIfEmpty(0).Max() + 1;
            int[] from = [.. random.Edges.Select(edge => edge.From)], to = [.. random.Edges.Select(edge => edge.To)];
            var graph = ReachGraph.Build(vertices, from.AsSpan(0, frozen), to.AsSpan(0, frozen), new byte[frozen]);
            var live = new LiveReach(graph, isForward ? Direction.Forward : Direction.Backward, random.Sources.AsSpan(0, sources));
            var followed = Enumerable.Range(0, frozen).Where(edge => live.Contains(isForward ? from[edge] : to[edge])).ToList();
            AssertExact(frozen);

            for (var edge = frozen; edge < from.Length; edge++)
            {
                followed.AddRange(live.AddEdge(from[edge], to[edge]));
                AssertExact(edge + 1);
                if (sources == random.Sources.Length) continue;
                followed.AddRange(live.AddSource(random.Sources[sources++]));
                AssertExact(edge + 1);
            }

            void AssertExact(int edges)
            {
                var whole = ReachGraph.Build(random.Vertices, from.AsSpan(0, edges), to.AsSpan(0, edges), new byte[edges]);
                using var expected = isForward
                    ? Reach.Forward(whole, random.Sources.AsSpan(0, sources))
                    : Reach.Backward(whole, random.Sources.AsSpan(0, sources));
                for (var vertex = 0; vertex < random.Vertices; vertex++) Assert.Equal(expected.Contains(vertex), live.Contains(vertex));
                Assert.Equal(Enumerable.Range(0, edges).Where(edge => expected.Contains(isForward ? from[edge] : to[edge])), followed.Order());
            }
        });
}
