namespace ExposureMap.Graph.Paths;

public enum Direction : byte { Forward, Backward }

/// <summary>
/// One direction of a graph in compressed rows: the arcs of a vertex are the slots <c>Start[v]..Start[v + 1]</c>.
/// Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 20.1 (adjacency lists), kept as three columns.
/// </summary>
internal sealed class Arcs(Direction direction, int[] start, int[] other, int[] edge, byte[] cost)
{
    public readonly Direction Direction = direction;
    public readonly int[] Start = start;

    /// <summary>The other end of a slot: the target going forward, the source going backward.</summary>
    public readonly int[] Other = other;

    /// <summary>Edge number of a slot.</summary>
    public readonly int[] Edge = edge;

    /// <summary>Cost of a slot's edge.</summary>
    public readonly byte[] Cost = cost;

    public int Degree(int vertex) => Start[vertex + 1] - Start[vertex];

    /// <summary>The vertex whose row holds the slot: a binary search, cheap for the few hops of a path.</summary>
    public int Owner(int slot)
    {
        var (low, high) = (0, Start.Length - 1);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (Start[middle] <= slot) low = middle;
            else high = middle;
        }

        return low;
    }

    public ReachEdge EdgeAt(int slot)
    {
        var (owner, other) = (Owner(slot), Other[slot]);
        return Direction == Direction.Forward ? new(owner, other, Edge[slot]) : new(other, owner, Edge[slot]);
    }

    /// <summary>Counting sort of the edges by one end; within a row they keep the order of the input.</summary>
    public static Arcs Build(Direction direction, int vertices, ReadOnlySpan<int> owner, ReadOnlySpan<int> other, ReadOnlySpan<byte> cost)
    {
        var start = new int[vertices + 1];
        foreach (var vertex in owner) start[vertex + 1]++;
        for (var vertex = 0; vertex < vertices; vertex++) start[vertex + 1] += start[vertex];

        var others = GC.AllocateUninitializedArray<int>(owner.Length);
        var edges = GC.AllocateUninitializedArray<int>(owner.Length);
        var costs = GC.AllocateUninitializedArray<byte>(owner.Length);
        for (var id = 0; id < owner.Length; id++)
        {
            var slot = start[owner[id]]++;      // start[v] runs up to start[v + 1] ...
            (others[slot], edges[slot], costs[slot]) = (other[id], id, cost[id]);
        }

        Array.Copy(start, 0, start, 1, vertices);   // ... and is moved back by one row
        start[0] = 0;
        return new(direction, start, others, edges, costs);
    }

    /// <summary>
    /// The same arcs and more, as if built anew of all: edge numbers go on where the known ones end, and each lies behind the others of its row.
    /// </summary>
    /// <param name="vertices">Not less than there were.</param>
    public Arcs And(int vertices, int[] owner, int[] other, byte[] cost)
    {
        var (known, last) = (Edge.Length, Start.Length - 1);
        var start = new int[vertices + 1];
        foreach (var vertex in owner) start[vertex + 1]++;
        for (var vertex = 0; vertex < vertices; vertex++) start[vertex + 1] += start[vertex];
        for (var vertex = 0; vertex <= vertices; vertex++) start[vertex] += Start[Math.Min(vertex, last)];

        var others = GC.AllocateUninitializedArray<int>(known + owner.Length);
        var edges = GC.AllocateUninitializedArray<int>(others.Length);
        var costs = GC.AllocateUninitializedArray<byte>(others.Length);
        var (taken, slot) = (0, 0);
        foreach (var id in Enumerable.Range(0, owner.Length).OrderBy(id => owner[id]))
        {
            TakeUntil(Start[Math.Min(owner[id] + 1, last)]);
            (others[slot], edges[slot], costs[slot]) = (other[id], known + id, cost[id]);
            slot++;
        }

        TakeUntil(known);
        return new(Direction, start, others, edges, costs);

        void TakeUntil(int end)
        {
            Other.AsSpan(taken..end).CopyTo(others.AsSpan(slot));
            Edge.AsSpan(taken..end).CopyTo(edges.AsSpan(slot));
            Cost.AsSpan(taken..end).CopyTo(costs.AsSpan(slot));
            (taken, slot) = (end, slot + end - taken);
        }
    }
}
