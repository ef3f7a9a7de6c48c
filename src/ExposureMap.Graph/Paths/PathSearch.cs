using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>Carries out a <see cref="PathQuery"/>.</summary>
internal sealed class PathSearch
{
    /// <summary>To a segment's stand-in, over, and from the other's.</summary>
    private const int EdgesPerHop = 3;
    private const int MostFolded = int.MaxValue / EdgesPerHop;

    private readonly PathGraph _graph;
    private readonly PathQuery _query;
    private readonly CancellationToken _stop;
    private readonly EdgeMask? _mask;
    private readonly SearchBounds _bounds;
    private readonly TimeRule _rule;

    public PathSearch(PathGraph graph, PathQuery query, CancellationToken stop)
    {
        (_graph, _query, _stop) = (graph, query, stop);
        _bounds = new()
        {
            MaxHops = graph.HasStandIns && query.MaxHops < MostFolded ? EdgesPerHop * query.MaxHops : query.MaxHops,
            MaxWork = query.MaxWork
        };
        _rule = new()
        {
            Claim = Claim.May,
            OpenSessions = query.OpenSessions ? OpenSessions.Include : OpenSessions.Exclude,
            Since = query.Since,
            Until = query.Until
        };
        _mask = MaskOf();
    }

    public CutOff CutOff { get; private set; }

    public IEnumerable<AssetPath> Cheapest(int count)
    {
        List<List<int>> paths = [.. IsGraded
            ? Graded(count)
            : _query.Via.IsDefault
            ? Between(_query.From, _query.To, count, _mask, _bounds).Select(Edges)
            : Through(count)];
        _graph.Seek(paths.SelectMany(edges => edges));
        return [.. paths.Select(edges => Witness.Of(_graph, edges, _rule)).Where(path => path.Hops.Length <= _query.MaxHops)];
    }

    /// <summary>The cheapest few may all be on paper while a dearer path holds in time: the earliest way to each target makes up for that.</summary>
    public IEnumerable<AssetPath> WithEarliest(IEnumerable<AssetPath> witnessed)
    {
        var paths = witnessed.ToList();
        if (paths.Count >= _query.Count || !_query.Via.IsDefault || IsGraded || CutOff == CutOff.None) return paths;
        using var arrivals = EarliestArrival.From(_graph, _query.From.AsSpan(), _rule, _mask, _bounds with { MaxHops = int.MaxValue }, _stop);
        var reached = paths.Select(path => path.To.Id).ToHashSet();
        foreach (var target in _query.To)
        {
            if (paths.Count >= _query.Count) break;
            if (arrivals.PathTo(target) is not { IsEmpty: false } hops || !reached.Add(target) || hops.Length > _query.MaxHops) continue;
            paths.Add(Witness.Made(_graph, hops));
        }

        return paths;
    }

    private static List<int> Edges(EdgePath path) => [.. path.Hops.Select(hop => hop.Id)];

    private ImmutableArray<EdgePath> Between(ImmutableArray<int> from, ImmutableArray<int> to, int count, EdgeMask? mask, SearchBounds bounds)
    {
        var found = KCheapestPaths.Between(_graph.Graph, from.AsSpan(), to.AsSpan(), count, mask, bounds, _stop);
        if (found.CutOff != CutOff.None && CutOff is CutOff.None or CutOff.Results) CutOff = found.CutOff;
        return found.Paths;
    }

    private bool IsGraded => _query.Grade is not null && _query.Via.IsDefault;

    /// <summary>The ways to where a last hop of the grade begins, joined with that hop: a target may well be passed on the way to another.</summary>
    private IEnumerable<List<int>> Graded(int count)
    {
        var isTarget = Marked(_query.To);
        var last = Enumerable.Range(0, _graph.Graph.EdgeCount)
            .Where(edge =>
                isTarget[_graph.Edge(edge).To] && IsOfGrade(edge, _query.Grade!.Value) && (_mask?.Admits(edge, _graph.Edge(edge).To) ?? true))
            .ToLookup(edge => _graph.Edge(edge).From);
        ImmutableArray<int> starts = [.. last.Select(hops => hops.Key).Intersect(_query.From)],
            others = [.. last.Select(hops => hops.Key).Except(_query.From)];
        var joined = starts.SelectMany(start => last[start].Select(edge => (Edges: new List<int> { edge }, Cost: _graph.CostOf(edge)))).ToList();
        var bounds = _query.MaxHops == int.MaxValue ? _bounds : _bounds with { MaxHops = _query.MaxHops - 1 };
        foreach (var way in Between(_query.From, others, count, _mask, bounds))
        {
            var passed = way.Hops.Select(hop => hop.Source).ToHashSet();
            foreach (var edge in last[way.Target].Where(edge => !passed.Contains(_graph.Edge(edge).To)))
                joined.Add(([.. Edges(way), edge], way.Cost + _graph.CostOf(edge)));
        }

        return joined.OrderBy(path => path.Cost).ThenBy(path => path.Edges.Count).Take(count).Select(path => path.Edges);
    }

    private bool[] Marked(ImmutableArray<int> assets)
    {
        var isMarked = new bool[_graph.Graph.VertexCount];
        foreach (var asset in assets) isMarked[asset] = true;
        return isMarked;
    }

    /// <summary>Where a segment is asked about as a whole, what stands for it says it all: not once more for each of its machines.</summary>
    private bool IsRepetition(int edge, bool[] isSource, bool[] isTarget)
    {
        ref readonly var one = ref _graph.Edge(edge);
        return one.Class == EdgeClass.Member
            && (isSource[one.From] && isSource[one.To] || isTarget[one.From] && isTarget[one.To] && !isSource[one.From]);
    }

    /// <summary>
    /// The ways there joined with the ways on from there that meet none of their assets again. An end that is itself to be passed joins as it is.
    /// </summary>
    private IEnumerable<List<int>> Through(int count)
    {
        var joined = new List<(List<int> Edges, int Cost)>();
        ImmutableArray<int> sources = [.. _query.From.Intersect(_query.Via)], others = [.. _query.From.Except(_query.Via)];
        foreach (var path in Between(sources, _query.To, count, _mask, _bounds)) joined.Add((Edges(path), path.Cost));
        foreach (var first in Between(others, _query.Via, count, _mask, _bounds))
        {
            if (_query.To.Contains(first.Target)) joined.Add((Edges(first), first.Cost));
            if (first.Hops.Length >= _query.MaxHops) continue;
            var mask = MaskOf() ?? new EdgeMask(_graph.Graph);
            foreach (var vertex in first.Hops.Select(hop => hop.Source)) mask.DisableVertex(vertex);
            var rest = _query.MaxHops == int.MaxValue ? _bounds : _bounds with { MaxHops = _query.MaxHops - first.Hops.Length };
            foreach (var second in Between([first.Target], _query.To, count, mask, rest))
                joined.Add(([.. Edges(first), .. Edges(second)], first.Cost + second.Cost));
        }

        return joined.DistinctBy(path => string.Join(',', path.Edges)).OrderBy(path => path.Cost).ThenBy(path => path.Edges.Count).Take(count)
            .Select(path => path.Edges);
    }

    /// <summary>What must not be used: avoided assets, conduits outside the span, last hops below the grade.</summary>
    private EdgeMask? MaskOf()
    {
        var isSpan = _query.Since != Timestamp.Beginning || _query.Until != Timestamp.Never;
        if (_query.Avoid.IsEmpty && !isSpan && _query.Grade is null && !_graph.HasStandIns) return null;
        var mask = new EdgeMask(_graph.Graph);
        foreach (var asset in _query.Avoid) mask.DisableVertex(asset);
        var (isSource, isTarget) = (Marked(_query.From), Marked(_query.To));
        for (var edge = 0; edge < _graph.Graph.EdgeCount; edge++)
        {
            var isBeside = IsRepetition(edge, isSource, isTarget) || isSpan && !IsInSpan(edge);
            if (isBeside || _query.Grade is { } grade && !IsGraded && isTarget[_graph.Edge(edge).To] && !IsOfGrade(edge, grade))
                mask.DisableEdge(edge);
        }

        return mask;
    }

    private bool IsInSpan(int edge)
    {
        if (_graph.Edge(edge).IsSupposed) return true;
        ref readonly var row = ref _graph.Map.Record.Conduits[_graph.Edge(edge).Row];
        return row.LastSeen >= _query.Since.Nanoseconds && row.FirstSeen <= _query.Until.Nanoseconds;
    }

    private bool IsOfGrade(int edge, Effect grade) => _graph.EffectOf(edge) is { } effect && effect >= grade;
}
