namespace ExposureMap.Graph.Paths;

/// <summary>
/// Who must be passed: a vertex dominates another when every path from the sources to it goes through. The sources hang below one
/// root that is not materialised. L. Georgiadis, Linear-time algorithms for dominators and related problems (2005): Semi-NCA,
/// with the path compression of T. Lengauer and R. E. Tarjan (1979), all in depth-first numbers and without recursion.
/// </summary>
public sealed class Dominators
{
    private const int Root = 0;     // depth-first number of the root above all sources; vertices have 1 and up

    private readonly int[] _number;         // by vertex; 0 = not reached
    private readonly int[] _vertex;         // by number
    private readonly int[] _dominator;      // by number
    private readonly int _count;            // numbers given

    private Dominators(int[] number, int[] vertex, int[] dominator, int count) =>
        (_number, _vertex, _dominator, _count) = (number, vertex, dominator, count);

    public CutOff CutOff { get; private init; }

    public bool IsComplete => CutOff == CutOff.None;

    public static Dominators From(
        ReachGraph graph, ReadOnlySpan<int> sources, EdgeMask? mask = null, SearchBounds? bounds = null, CancellationToken stop = default)
    {
        var budget = new SearchBudget(bounds ?? SearchBounds.None, stop);
        return mask is null
            ? Run(graph, sources, default(Unmasked), ref budget)
            : Run(graph, sources, new Masked(mask), ref budget);
    }

    public bool Contains(int vertex) => _number[vertex] != 0;

    /// <summary>
    /// The last vertex that every path passes before this one; null for a source, for one reached independently, and for one not reached.
    /// </summary>
    public int? ImmediateOf(int vertex) => Contains(vertex) && _dominator[_number[vertex]] is var above and not Root ? _vertex[above] : null;

    /// <summary>All vertices that every path to this one passes, nearest first, itself not included.</summary>
    public IEnumerable<int> Of(int vertex)
    {
        for (var above = ImmediateOf(vertex); above is { } passed; above = ImmediateOf(passed)) yield return passed;
    }

    /// <summary>How many of the targets each vertex dominates, itself not counted: the choke points of a whole zone in one pass.</summary>
    public int[] Dominated(ReadOnlySpan<int> targets)
    {
        var below = new int[_count + 1];
        foreach (var target in targets) if (Contains(target)) below[_number[target]] = 1;
        var counts = new int[_number.Length];
        for (var number = _count; number > Root; number--) below[_dominator[number]] += below[number];
        for (var number = 1; number < below.Length; number++) counts[_vertex[number]] = below[number];
        foreach (var target in targets) if (Contains(target)) counts[target] = Math.Max(0, below[_number[target]] - 1);
        return counts;
    }

    private static Dominators Run<TMask>(ReachGraph graph, ReadOnlySpan<int> sources, TMask mask, ref SearchBudget budget) where TMask : struct, IMask
    {
        var tree = new DepthFirstTree(graph);
        tree.Grow(sources, mask, ref budget);
        if (budget.CutOff == CutOff.None) Solve(graph, mask, tree, BitSet.Of(graph.VertexCount, sources), ref budget);
        return new(tree.Number, tree.Vertex, tree.Parent, tree.Count) { CutOff = budget.CutOff };
    }

    /// <summary>Turns the tree's parents into dominators.</summary>
    private static void Solve<TMask>(ReachGraph graph, TMask mask, DepthFirstTree tree, BitSet sources, ref SearchBudget budget)
        where TMask : struct, IMask
    {
        var (inward, dominator) = (graph.Inward, tree.Parent);
        using var forest = new LinkForest(tree, graph.Scratch);
        for (var number = tree.Count; number > Root; number--)
        {
            var vertex = tree.Vertex[number];
            if (!budget.Spend(inward.Degree(vertex))) return;
            var semi = sources.Contains(vertex) ? Root : tree.Parent[number];   // the root's arcs to the sources are nowhere stored
            for (var slot = inward.Start[vertex]; semi != Root && slot < inward.Start[vertex + 1]; slot++)
            {
                var before = tree.Number[inward.Other[slot]];
                if (before == 0 || !mask.Admits(inward.Edge[slot], vertex)) continue;
                semi = Math.Min(semi, forest.Lowest(before, number));
            }

            forest.Semi[number] = semi;
        }

        for (var number = 1; number <= tree.Count; number++)
            while (dominator[number] > forest.Semi[number]) dominator[number] = dominator[dominator[number]];
    }

    /// <summary>Ancestors with compressed paths: the lowest semidominator between a vertex and the part of the tree not yet linked.</summary>
    private sealed class LinkForest : IDisposable
    {
        public readonly int[] Semi;     // of linked ones

        private readonly ScratchPool _pool;
        private readonly int[] _ancestor, _label;
        private int[] _path = new int[64];

        public LinkForest(DepthFirstTree tree, ScratchPool pool)
        {
            (_pool, Semi, _ancestor, _label) = (pool, pool.RentDirty(), pool.RentDirty(), pool.RentDirty());
            tree.Parent.AsSpan(0, tree.Count + 1).CopyTo(_ancestor);
            for (var number = 0; number <= tree.Count; number++) _label[number] = number;
        }

        public void Dispose()
        {
            foreach (var array in (int[][])[Semi, _ancestor, _label]) _pool.ReturnDirty(array);
        }

        /// <summary>Numbers above <paramref name="linked"/> are linked to their parents.</summary>
        public int Lowest(int number, int linked)
        {
            if (number <= linked) return number;
            var length = 0;
            var top = number;
            for (; _ancestor[top] > linked; top = _ancestor[top])
            {
                if (length == _path.Length) Array.Resize(ref _path, length * 2);
                _path[length++] = top;
            }

            while (length > 0)
            {
                var below = _path[--length];
                if (Semi[_label[top]] < Semi[_label[below]]) _label[below] = _label[top];
                _ancestor[below] = _ancestor[top];
                top = below;
            }

            return Semi[_label[number]];
        }
    }
}

/// <summary>
/// A depth-first spanning tree of what the sources reach, numbered from 1 in order of discovery; 0 is the root above the sources. Edges into
/// sources are left out: all sources hang below the root whatever leads to them, and no path that enters one is needed to say who is passed.
/// </summary>
internal sealed class DepthFirstTree(ReachGraph graph)
{
    public readonly int[] Number = new int[graph.VertexCount];
    public readonly int[] Vertex = GC.AllocateUninitializedArray<int>(graph.VertexCount + 1);
    public readonly int[] Parent = GC.AllocateUninitializedArray<int>(graph.VertexCount + 1);

    private readonly Arcs _arcs = graph.Outward;
    private readonly BitSet _seen = new(graph.VertexCount);
    private (int Number, int Slot)[] _stack = new (int, int)[64];
    private int _depth;

    public int Count { get; private set; }

    public void Grow<TMask>(ReadOnlySpan<int> sources, TMask mask, ref SearchBudget budget) where TMask : struct, IMask
    {
        Parent[0] = Vertex[0] = 0;
        foreach (var source in sources) _seen.Add(source);
        foreach (var source in sources)
        {
            if (Number[source] != 0 || !mask.AdmitsVertex(source)) continue;
            Enter(source, 0, ref budget);
            while (_depth > 0 && budget.CutOff == CutOff.None) Step(mask, ref budget);
        }
    }

    private void Step<TMask>(TMask mask, ref SearchBudget budget) where TMask : struct, IMask
    {
        ref var top = ref _stack[_depth - 1];
        var (seen, other, end) = (_seen, _arcs.Other, _arcs.Start[Vertex[top.Number] + 1]);
        for (var slot = top.Slot; slot < end; slot++)
        {
            var next = other[slot];
            if (seen.Contains(next) || !mask.Admits(_arcs.Edge[slot], next)) continue;
            seen.Add(next);
            top.Slot = slot + 1;
            Enter(next, top.Number, ref budget);
            return;
        }

        _depth--;
    }

    private void Enter(int vertex, int parent, ref SearchBudget budget)
    {
        budget.Spend(_arcs.Degree(vertex));
        if (_depth == _stack.Length) Array.Resize(ref _stack, _depth * 2);
        Number[vertex] = ++Count;
        (Vertex[Count], Parent[Count]) = (vertex, parent);
        _stack[_depth++] = (Count, _arcs.Start[vertex]);
    }
}
