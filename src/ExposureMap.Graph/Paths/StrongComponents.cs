namespace ExposureMap.Graph.Paths;

/// <summary>
/// Strongly connected components: sets whose members all reach each other. R. E. Tarjan, Depth-first search and linear graph
/// algorithms (1972), with one number a vertex as in D. J. Pearce, A space-efficient algorithm for finding strongly connected
/// components (2016), and an explicit stack. The walk is spared most of a real graph, which is one big component: what one vertex in the
/// midst of it both reaches and is reached from. L. Fleischer, B. Hendrickson, A. Pınar, On identifying strongly connected components in
/// parallel (2000). Components are numbered so that edges between them lead from higher to lower numbers.
/// </summary>
public sealed class StrongComponents
{
    private readonly int[] _component;

    private StrongComponents(int[] component) => _component = component;

    public int Count { get; private set; }

    public CutOff CutOff { get; private set; }

    public bool IsComplete => CutOff == CutOff.None;

    /// <summary>Component by vertex; meaningless unless complete.</summary>
    public ReadOnlySpan<int> Of => _component;

    public static StrongComponents In(ReachGraph graph, SearchBounds? bounds = null, CancellationToken stop = default)
    {
        var walk = new Walk(graph, bounds ?? SearchBounds.None, stop);
        var cutOff = walk.Run();
        return new(walk.Rank) { Count = walk.Components, CutOff = cutOff };
    }

    /// <summary>The members of every component together, in the order of the components; the second array says where each begins.</summary>
    public (int[] Members, int[] Start) Members()
    {
        var start = new int[Count + 1];
        foreach (var component in _component) start[component + 1]++;
        for (var index = 0; index < Count; index++) start[index + 1] += start[index];
        var members = new int[_component.Length];
        var next = start.ToArray();
        for (var vertex = 0; vertex < members.Length; vertex++) members[next[_component[vertex]]++] = vertex;
        return (members, start);
    }

    private struct Frame
    {
        public int Vertex, Slot, Entered;
    }

    private sealed class Walk(ReachGraph graph, SearchBounds bounds, CancellationToken stop)
    {
        // 0 = not seen; while open: lowest entry number known to be reachable; when closed: int.MaxValue - component, above all entry numbers
        public readonly int[] Rank = new int[graph.VertexCount];
        public int Components;

        private readonly Arcs _arcs = graph.Outward;
        private readonly int[] _open = graph.Scratch.RentDirty();
        private Frame[] _frames = new Frame[64];
        private int _depth;
        private int _openCount;
        private int _entered;
        private SearchBudget _budget = new(bounds, stop);

        public CutOff Run()
        {
            var (onward, back) = (new Closure(graph, Direction.Forward), new Closure(graph, Direction.Backward));
            if (Rank.Length > 0 && Midst() is var midst && onward.TryFind(midst, ref _budget) && back.TryFind(midst, ref _budget))
            {
                for (var vertex = 0; vertex < Rank.Length; vertex++) if (onward.Contains(vertex) && !back.Contains(vertex)) From(vertex);
                var rank = int.MaxValue - Components++;
                for (var vertex = 0; vertex < Rank.Length; vertex++) if (onward.Contains(vertex) && back.Contains(vertex)) Rank[vertex] = rank;
                for (var vertex = 0; vertex < Rank.Length; vertex++) From(vertex);      // all that is left leads to the others, never from them
            }

            onward.Return();
            back.Return();
            graph.Scratch.ReturnDirty(_open);
            for (var vertex = 0; vertex < Rank.Length; vertex++) Rank[vertex] = int.MaxValue - Rank[vertex];
            return _budget.CutOff;
        }

        /// <summary>A vertex likely to lie in the biggest component: the one with the most ways through it.</summary>
        private int Midst()
        {
            var (best, most) = (0, -1L);
            for (var vertex = 0; vertex < Rank.Length; vertex++)
                if ((long)graph.Outward.Degree(vertex) * graph.Inward.Degree(vertex) is var ways && ways > most) (best, most) = (vertex, ways);
            return best;
        }

        private void From(int root)
        {
            if (Rank[root] != 0 || _budget.CutOff != CutOff.None) return;
            Enter(root);
            while (_depth > 0 && _budget.CutOff == CutOff.None) Step(ref _frames[_depth - 1]);
        }

        private void Enter(int vertex)
        {
            _budget.Spend(_arcs.Degree(vertex));
            if (_depth == _frames.Length) Array.Resize(ref _frames, _depth * 2);
            Rank[vertex] = ++_entered;
            _frames[_depth++] = new() { Vertex = vertex, Slot = _arcs.Start[vertex], Entered = _entered };
        }

        /// <summary>Goes on with the arcs of the vertex on top, down into the first one not seen, or closes the vertex.</summary>
        private void Step(ref Frame frame)
        {
            var (other, rank, end) = (_arcs.Other, Rank, _arcs.Start[frame.Vertex + 1]);
            var lowest = rank[frame.Vertex];
            while (frame.Slot < end)
            {
                var seen = rank[other[frame.Slot]];
                if (seen == 0)
                {
                    rank[frame.Vertex] = lowest;
                    Enter(other[frame.Slot]);       // comes back to this slot, then closed or open with its rank
                    return;
                }

                if (seen < lowest) lowest = seen;
                frame.Slot++;
            }

            rank[frame.Vertex] = lowest;
            _depth--;
            if (lowest == frame.Entered) Close(frame);
            else _open[_openCount++] = frame.Vertex;
        }

        private void Close(Frame root)
        {
            var rank = int.MaxValue - Components++;
            while (_openCount > 0 && Rank[_open[_openCount - 1]] >= root.Entered)
            {
                Rank[_open[--_openCount]] = rank;
                _entered--;
            }

            Rank[root.Vertex] = rank;
            _entered--;
        }
    }
}
