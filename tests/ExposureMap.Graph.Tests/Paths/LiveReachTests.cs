using CsCheck;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class LiveReachTests
{
    [Fact]
    public void AddEdge_AnyOrderOfEdgesAndSources_IsReachedAsByAFullSearchAfterEach() => Gen.Select(RandomGraph.Of(8, 24), Gen.Int[0, 24]).Sample((random, sourceAfter) =>
    {
        var live = new LiveReach();
        for (var vertex = 0; vertex < random.Vertices; vertex++) live.AddVertex();
        var snapshots = new List<(LiveSnapshot Snapshot, int Sources)>();
        var (sources, reached) = (0, 0);
        for (var edge = 0; edge <= random.Edges.Length; edge++)
        {
            if (edge == Math.Min(sourceAfter, random.Edges.Length))
                for (; sources < random.Sources.Length; snapshots.Add((live.Snapshot(), sources))) reached += live.AddSource(random.Sources[sources++]);
            if (edge == random.Edges.Length) break;
            reached += live.AddEdge(random.Edges[edge].From, random.Edges[edge].To);
            snapshots.Add((live.Snapshot(), sources));
            Assert.Equal(reached, random.Graph.Vertices.Count(live.Snapshot().IsReached));
        }

        foreach (var (snapshot, known) in snapshots) AssertExact(random, snapshot, known);
    });

    [Fact]
    public async Task Snapshot_WhileTheWriterAdds_IsAnExactPrefix()
    {
        const int Vertices = 20_000, Edges = 300_000;
        var live = new LiveReach();
        for (var vertex = 0; vertex < Vertices; vertex++) live.AddVertex();
        live.AddSource(0);
        var pairs = new Random(3);
        var edges = Enumerable.Range(0, Edges).Select(_ => (From: pairs.Next(Vertices), To: pairs.Next(Vertices))).ToArray();

        var writer = Task.Run(() => Array.ForEach(edges, edge => live.AddEdge(edge.From, edge.To)), TestContext.Current.CancellationToken);
        do
        {
            var snapshot = live.Snapshot();
            using var expected = Reach.Forward(snapshot.Freeze(new byte[snapshot.EdgeCount]), [0]);
            for (var vertex = 0; vertex < Vertices; vertex++) Assert.Equal(expected.Contains(vertex), snapshot.IsReached(vertex));
        }
        while (!writer.IsCompleted);
        await writer;
    }

    private static void AssertExact(RandomGraph random, LiveSnapshot snapshot, int sources)
    {
        var expected = random.Reached(random.Sources[..sources], edge => edge >= snapshot.EdgeCount);
        for (var vertex = 0; vertex < random.Vertices; vertex++)
        {
            Assert.Equal(expected[vertex], snapshot.IsReached(vertex));
            Assert.Equal(Numbers(random, snapshot, edge => edge.From == vertex), snapshot.OutEdges(vertex).Select(edge => edge.Id).Order());
            Assert.Equal(Numbers(random, snapshot, edge => edge.To == vertex), snapshot.InEdges(vertex).Select(edge => edge.Id).Order());
            if (snapshot.PathTo(vertex) is not { } path) continue;
            var start = path.IsEmpty ? vertex : path[0].Source;
            Assert.Contains(start, random.Sources[..sources]);
            RandomGraph.AssertWalkable(random, new(start, vertex, path, path.Sum(hop => random.Edges[hop.Id].Cost)));
            Assert.All(path, hop => Assert.True(hop.Id < snapshot.EdgeCount));
        }
    }

    private static IEnumerable<int> Numbers(RandomGraph random, LiveSnapshot snapshot, Func<(int From, int To, byte Cost), bool> wanted) =>
        Enumerable.Range(0, snapshot.EdgeCount).Where(edge => wanted(random.Edges[edge]));
}
