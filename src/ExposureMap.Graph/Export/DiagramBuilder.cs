using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>Decides what a diagram of a map shows.</summary>
internal static class DiagramBuilder
{
    /// <summary>What a diagram may hold before it is folded further.</summary>
    private readonly record struct Budget(int Boxes, int Links)
    {
        public static readonly Budget OfGraphViz = new(DotWriter.MaximumNodes, DotWriter.MaximumEdges);

        public bool Holds(DiagramBoxes boxes, List<DiagramLink> links) =>
            boxes.Segments.Sum(segment => segment.Boxes.Length) <= Boxes && links.Count <= Links;
    }

    public static Diagram Build(MapSnapshot map, DiagramOptions options)
    {
        var overlay = new PathOverlay(options.Scope == DiagramScope.Segments ? [] : options.Paths);
        var (boxes, links) = Fold(map, overlay, options);
        var notes = boxes.Notes.ToList();
        if (overlay.IsCut) notes.Add(new(string.Create(CultureInfo.InvariantCulture, $"only the first {overlay.Hops.Length} hops are drawn")));
        if (links.Count > DotWriter.MaximumEdges)
        {
            notes.Add(new(
                string.Create(CultureInfo.InvariantCulture,
                    $"{links.Count - DotWriter.MaximumEdges} of {links.Count} links left out, those with the fewest conversations")));
            links.RemoveRange(DotWriter.MaximumEdges, links.Count - DotWriter.MaximumEdges);
        }

        var (segments, isolated) = WithoutIsolated(boxes.Segments, links, options.Scope);
        if (isolated > 0) notes.Add(new($"{DiagramText.Count(isolated, "machine")} of no known segment, without conduits, not drawn"));
        var title = options.Title.Length > 0 ? options.Title : "Exposure map";
        return new(DiagramText.Clean(title, 100), [Watched(map), .. Loss(map)], options.Scope, segments, [.. links], [.. notes]);
    }

    /// <summary>As little as the budget allows; opening one segment folds the others.</summary>
    private static (DiagramBoxes Boxes, List<DiagramLink> Links) Fold(MapSnapshot map, PathOverlay overlay, DiagramOptions options)
    {
        var most = Math.Clamp(options.MaximumNodes, 1, DotWriter.MaximumNodes);
        var budget = options.IsWhole ? Budget.OfGraphViz : new(most, most);
        for (var folding = options.Expand.IsEmpty || options.IsWhole ? Folding.None : Folding.Segments; ; folding++)
        {
            if (folding == Folding.None && map.Assets.Count(asset => asset.Behind < 0) > budget.Boxes && options.Scope == DiagramScope.Map) continue;
            var boxes = new DiagramBoxes(map, overlay, options, folding);
            var links = LinksOf(map, overlay, boxes, options.Scope);
            if (folding == Folding.Segments || options.Scope != DiagramScope.Map || budget.Holds(boxes, links)) return (boxes, links);
        }
    }

    private static List<DiagramLink> LinksOf(MapSnapshot map, PathOverlay overlay, DiagramBoxes boxes, DiagramScope scope)
    {
        var (first, last) = map.Watched;
        var withDate = !first.IsNever && !last.IsNever && last - first > TimeSpan.FromHours(24);
        var links = DiagramLinks.OfHops(overlay, boxes, withDate, scope == DiagramScope.Paths).ToList();
        if (scope != DiagramScope.Paths) links.AddRange(DiagramLinks.OfConduits(map, overlay, boxes));
        return links;
    }

    /// <summary>
    /// Machines that only their link-layer address tells of, and that speak with nobody, are no part of a picture of who reaches whom.
    /// </summary>
    private static (ImmutableArray<DiagramSegment> Segments, int Isolated) WithoutIsolated(
        ImmutableArray<DiagramSegment> segments, List<DiagramLink> links, DiagramScope scope)
    {
        if (scope == DiagramScope.Paths) return (segments, 0);
        var linked = links.SelectMany(link => new[] { link.From, link.To }).ToHashSet(ReferenceEqualityComparer.Instance);
        var isolated = segments.Where(segment => segment.Segment.Kind == SegmentKind.Unknown && !segment.Boxes.Any(linked.Contains)).ToList();
        return (segments.RemoveRange(isolated), isolated.Sum(segment => segment.Machines));
    }

    private static string Watched(MapSnapshot map)
    {
        var (first, last) = map.Watched;
        if (first.IsNever || last.IsNever) return "nothing was watched";
        var withDate = last.ToString()[..10] != first.ToString()[..10];
        var captures = map.Record.Coverage.Count;
        var frames = map.Record.Coverage.Values.Sum(one => one.Frames);
        var size = frames > 0 ? DiagramText.Count(frames, "frame") + " of " : "";
        return $"watched {DiagramText.Clock(first, true)} to {DiagramText.Clock(last, withDate)} UTC, {size}{DiagramText.Count(captures, "capture")}";
    }

    /// <summary>Nothing seen is not nothing there: what the drawing cannot know is said on it.</summary>
    private static IEnumerable<string> Loss(MapSnapshot map)
    {
        var coverage = map.Record.Coverage.Values.ToList();
        var dropped = coverage.Sum(one => one.Dropped);
        var missed = coverage.Sum(one => one.MissedOctets);
        var damaged = coverage.Count(one => one.Problem is not null);
        var losses = new List<string>();
        if (dropped > 0) losses.Add(DiagramText.Count(dropped, "frame") + " lost");
        if (missed > 0) losses.Add(DiagramText.Count(missed, "octet") + " not captured");
        if (damaged > 0) losses.Add(DiagramText.Count(damaged, "capture") + " read in part");
        if (losses.Count > 0) yield return "incomplete: " + string.Join(", ", losses);
    }
}
