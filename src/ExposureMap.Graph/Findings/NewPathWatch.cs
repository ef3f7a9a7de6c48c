using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// Between two evaluations of a map: the paths that the baseline does not have and that the last evaluation could not know. It looks only at conduits
/// that changed since, and keeps what IT reaches and what reaches the field, so that a look at a million machines costs what was touched of them.
/// Facts told since, addresses that <see cref="MapSnapshot.Grown"/> does not place, and a map whose rows were given new numbers wait for the next
/// evaluation. Of one thread.
/// </summary>
public sealed class NewPathWatch
{
    private readonly FindingContext _context;           // of the evaluated map, without what was found out about it
    private readonly Baseline _baseline;
    private readonly LiveReach _fromIt, _toField;
    private readonly HashSet<int> _it;
    private readonly HashSet<int> _suspects;
    private readonly Dictionary<(int Row, bool IsAgainst), int> _newest = [];       // the edges of conduits that changed
    private readonly List<PathEdge> _more = [];
    private readonly HashSet<int> _gone = [];
    private readonly List<int> _followed = [];          // since the last look: edges that IT reaches, or that reach the field, from now on
    private readonly List<PathEdge> _lost = [];         // since the last look: gone, and not because something about them changed
    private bool _mayBeLess;                            // is reached: a way is lost, nobody knows what with it
    private MapSnapshot _map;

    /// <param name="evaluated">With a baseline.</param>
    public NewPathWatch(FindingContext evaluated)
    {
        _baseline = evaluated.Baseline ?? throw new ArgumentException("there is no baseline", nameof(evaluated));
        (_map, _context) = (evaluated.Map, evaluated.Over(evaluated.Paths, null));
        _suspects = [.. evaluated.NewEdges];
        _it = [.. evaluated.ItReach.Sources];
        _fromIt = new(Known.Graph, Direction.Forward, evaluated.ItReach.Sources);
        _toField = new(Known.Graph, Direction.Backward, FindingContext.FieldIn(_map));
    }

    private PathGraph Known => _context.Paths;

    /// <summary>
    /// All findings of <see cref="FindingCatalog.Urgent"/> in a later record of the same map, when since the last look a conduit came to lie on a
    /// path that the baseline does not have; else none. Of several ways that cost the same, the one they show may be another than an evaluation's.
    /// </summary>
    public ImmutableArray<Finding> Look(MapRecord record)
    {
        if (record.Rebuilds != _map.Record.Rebuilds) return [];
        Take(record);
        _mayBeLess = _mayBeLess || _lost.Exists(edge => !IsReplaced(edge));
        var news = _followed.Where(IsNews).ToList();
        _suspects.UnionWith(news);
        return news.Count == 0 ? [] : FindingCatalog.Evaluate(_context.Over(Known.Grown(_map, _more, _gone), _suspects), FindingCatalog.Urgent);
    }

    private void Take(MapRecord record)
    {
        var before = _map;
        _map = before.Grown(record);
        _followed.Clear();
        _lost.Clear();
        for (var id = before.Assets.Length; id < _map.Assets.Length; id++) Place(id, _map.KindOf(id));
        var (links, linksBefore, edges) = (record.Links, before.Record.Links, new PathEdges(_map, Known.Options));
        foreach (var row in record.Conduits.TouchedSince(before.Record.Conduits))
        {
            var link = links[row];
            if (row < linksBefore.Count && linksBefore[row].Marks == link.Marks) continue;
            var (with, against) = edges.Of(row, link);
            Put(row, with, Known.ForwardEdge, isAgainst: false);
            Put(row, against, Known.BackwardEdge, isAgainst: true);
        }
    }

    private void Place(int id, SegmentKind kind)
    {
        if (kind == SegmentKind.It && _it.Add(id)) _followed.AddRange(_fromIt.AddSource(id));
        if (kind.IsField()) _followed.AddRange(_toField.AddSource(id));
    }

    /// <param name="column">The edge of each conduit when the map was evaluated.</param>
    private void Put(int row, PathEdge? now, int[] column, bool isAgainst)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_newest, (row, isAgainst), out var isKnown);
        if (!isKnown) number = row < column.Length ? column[row] : PathEdges.NoEdge;
        var before = number == PathEdges.NoEdge ? default(PathEdge?) : EdgeOf(number);
        if (before == now) return;
        if (before is { } gone)
        {
            _gone.Add(number);
            if (now is null) _lost.Add(gone);
        }

        number = PathEdges.NoEdge;
        if (now is not { } edge) return;
        number = Known.Graph.EdgeCount + _more.Count;
        _more.Add(edge);
        _followed.AddRange(_fromIt.AddEdge(edge.From, edge.To));
        _followed.AddRange(_toField.AddEdge(edge.From, edge.To));
    }

    /// <summary>A conversation whose protocol is told meanwhile goes on in another conduit between the same two.</summary>
    private bool IsReplaced(PathEdge lost) =>
        _more.Where((edge, index) => (edge.From, edge.To) == (lost.From, lost.To) && !_gone.Contains(Known.Graph.EdgeCount + index)).Any()
        || lost.From < Known.Graph.VertexCount && Known.Graph.OutEdges(lost.From).Any(edge => edge.Target == lost.To && !_gone.Contains(edge.Id));

    /// <summary>Where ways were lost, one that the baseline knows may have brought back what lies behind it.</summary>
    private bool IsNews(int number) => EdgeOf(number) is var edge && !edge.IsTimeless && _fromIt.Contains(edge.From) && _toField.Contains(edge.To)
        && (_mayBeLess || !_it.Contains(edge.To) && !_baseline.Knows(_map, edge.Row));

    private PathEdge EdgeOf(int number) => number < Known.Graph.EdgeCount ? Known.Edge(number) : _more[number - Known.Graph.EdgeCount];
}
