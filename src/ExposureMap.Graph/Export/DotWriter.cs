using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>
/// Writes a diagram in the DOT language, so that <c>dot</c> lays it out from the outside in. The same diagram gives the same octets.
/// </summary>
public static class DotWriter
{
    /// <summary>Beyond this GraphViz takes minutes (measured with 2.43: 200 nodes with 600 labelled edges 3 s, 400 with 1,200 over 40 s).</summary>
    public const int MaximumNodes = 300;
    public const int MaximumEdges = 600;

    /// <summary>Above this many edges network simplex is cut short and edges are drawn with corners: 3.0 s became 0.5 s.</summary>
    private const int LargeEdges = 150;

    /// <returns>What was folded or left out, and how to see it.</returns>
    public static IReadOnlyList<string> Write(TextWriter output, MapSnapshot map, DiagramOptions options)
    {
        var diagram = DiagramBuilder.Build(map, options);
        Write(output, diagram);
        return [.. diagram.Notes.Select(note => note.ToString())];
    }

    internal static void Write(TextWriter output, Diagram diagram)
    {
        output.NewLine = "\n";
        WriteHead(output, diagram);
        for (var index = 0; index < diagram.Segments.Length; index++)
        {
            if (diagram.Scope == DiagramScope.Segments) WriteSegmentBox(output, diagram.Segments[index]);
            else WriteCluster(output, diagram.Segments[index], index);
        }

        if (diagram.Scope != DiagramScope.Paths) WriteLayers(output, diagram);
        DotLegend.Write(output, diagram);
        output.WriteLine("  }}");
        var anchors = AnchorsOf(diagram);
        foreach (var link in diagram.Links) WriteLink(output, link, anchors, diagram.Scope);
        output.WriteLine("}");
    }

    /// <summary>Title and subtitle are the labels of two frames without a line, one inside the other: a label has one size of letters.</summary>
    private static void WriteHead(TextWriter output, Diagram diagram)
    {
        var isLarge = diagram.Links.Length > LargeEdges;
        var direction = diagram.Scope == DiagramScope.Paths ? "LR, ranksep=0.3" : "TB, newrank=true, ranksep=0.5";
        output.WriteLine("digraph exposuremap {");
        output.WriteLine(
            $"  graph [rankdir={direction}, nodesep=0.35, compound=true, charset=\"UTF-8\", bgcolor=white, pad=0.1, outputorder=edgesfirst,");
        output.WriteLine($"    splines={(isLarge ? "polyline, nslimit=2, nslimit1=2" : "true")}, fontname=\"{DotStyle.Fonts}\"];");
        output.WriteLine($"  node [shape=box, style=\"rounded,filled\", fillcolor=white, color=\"{DotStyle.Quiet}\", fontname=\"{DotStyle.Fonts}\", "
            + "fontsize=11, fontcolor=\"#1A1A1A\", margin=\"0.12,0.06\", height=0.3];");
        output.WriteLine(
            $"  edge [color=\"{DotStyle.Quiet}\", fontcolor=\"{DotStyle.Quiet}\", fontname=\"{DotStyle.Fonts}\", fontsize=10, arrowsize=0.7];");
        output.WriteLine("  subgraph cluster_title {");
        output.WriteLine($"    graph [label={DotText.Quote(diagram.Title)}, fontsize=22, fontcolor=\"#1A1A1A\", penwidth=0, margin=8];");
        output.WriteLine("  subgraph cluster_subtitle {");
        var subtitle = DotText.QuoteLines(diagram.Subtitle.Concat(diagram.Notes.Select(note => note.Text)));
        output.WriteLine($"    graph [label={subtitle}, fontsize=12, fontcolor=\"{DotStyle.Quiet}\", penwidth=0, margin=12];");
    }

    private static void WriteCluster(TextWriter output, DiagramSegment segment, int index)
    {
        var colours = DotStyle.Of(segment.Segment.Kind);
        var style = segment.Segment.Inferred || segment.Segment.Kind == SegmentKind.Unknown ? "rounded,filled,dashed" : "rounded,filled";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    subgraph cluster_{index} {{"));
        output.WriteLine(
            $"      graph [label={DotText.Quote(Heading(segment))}, labeljust=l, fontsize=13, fontcolor=\"{colours.Line}\", style=\"{style}\", "
            + $"fillcolor=\"{colours.Fill}\", color=\"{colours.Line}\", penwidth=1.2, margin=10];");
        foreach (var box in segment.Boxes)
            output.WriteLine($"      {DotText.Quote(box.Id)} [label={DotText.QuoteLines(box.Lines)}{BoxStyle(box, colours)}];");
        output.WriteLine("    }");
    }

    private static void WriteSegmentBox(TextWriter output, DiagramSegment segment)
    {
        var colours = DotStyle.Of(segment.Segment.Kind);
        var lines = segment.Boxes.SelectMany(box => box.Lines).Prepend(Heading(segment));
        output.WriteLine($"    {DotText.Quote(segment.Boxes[0].Id)} [label={DotText.QuoteLines(lines)}, "
            + $"fillcolor=\"{colours.Fill}\", color=\"{colours.Line}\", fontcolor=\"{colours.Line}\", fontsize=13, penwidth=1.2];");
    }

    private static string Heading(DiagramSegment segment)
    {
        var kind = DotStyle.Word(segment.Segment.Kind);
        var inferred = segment.Segment.Inferred ? ", inferred" : "";
        var name = DiagramText.Clean(segment.Segment.Name);
        return name == segment.Segment.Kind.Word() ? name + inferred : $"{name} ({kind}{inferred})";
    }

    private static string BoxStyle(DiagramBox box, KindColours colours) => (box.Shape, box.Mark) switch
    {
        (BoxShape.Fan, _) => $", peripheries=2, color=\"{colours.Line}\"",
        (BoxShape.Rest, _) => $", style=\"rounded,filled\", peripheries=2, color=\"{colours.Line}\", fontcolor=\"{colours.Line}\"",
        (_, BoxMark.Source or BoxMark.Target) => $", color=\"{DotStyle.Path}\", penwidth=3, fillcolor=\"#FFE9EA\", group=path",
        (_, BoxMark.Passed) => $", color=\"{DotStyle.Path}\", penwidth=2, group=path",
        _ => $", color=\"{colours.Line}\"",
    };

    /// <summary>
    /// One invisible point between each two depths: what is inside stands below what is outside, whatever passes between them. Where a path
    /// goes on at one depth, only its ends are tied to the points.
    /// </summary>
    private static void WriteLayers(TextWriter output, Diagram diagram)
    {
        var inner = diagram.Links.Where(link => link.Number > 0 && Diagram.Depth(link.From.Segment.Kind) == Diagram.Depth(link.To.Segment.Kind))
            .ToList();
        var (sources, targets) =
            (inner.Select(link => link.From.Id).ToHashSet(StringComparer.Ordinal),
                inner.Select(link => link.To.Id).ToHashSet(StringComparer.Ordinal));
        var depths = diagram.Segments.GroupBy(segment => Diagram.Depth(segment.Segment.Kind))
            .Select(group => group.SelectMany(segment => segment.Boxes).ToList()).ToList();
        for (var index = 0; index + 1 < depths.Count; index++)
        {
            var layer = string.Create(CultureInfo.InvariantCulture, $"layer_{index}");
            output.WriteLine($"  {layer} [shape=point, style=invis, width=0, height=0, label=\"\"];");
            foreach (var box in depths[index].Where(box => !sources.Contains(box.Id)))
                output.WriteLine($"  {DotText.Quote(box.Id)} -> {layer} [style=invis, minlen=0];");
            foreach (var box in depths[index + 1].Where(box => !targets.Contains(box.Id)))
                output.WriteLine($"  {layer} -> {DotText.Quote(box.Id)} [style=invis];");
        }
    }

    /// <summary>
    /// What runs from the inside out is written from the outside in with its arrow turned round, for the outside is to stay on top.
    /// </summary>
    private static void WriteLink(TextWriter output, DiagramLink link, Dictionary<Segment, Anchor> anchors, DiagramScope scope)
    {
        var isTurned = scope != DiagramScope.Paths && Diagram.Depth(link.From.Segment.Kind) > Diagram.Depth(link.To.Segment.Kind);
        var (first, second) = isTurned ? (link.To, link.From) : (link.From, link.To);
        var (firstEnd, secondEnd) = isTurned ? (LinkEnds.ToSegment, LinkEnds.FromSegment) : (LinkEnds.FromSegment, LinkEnds.ToSegment);
        var isFromSegment = scope == DiagramScope.Map && link.Ends.HasFlag(firstEnd);
        var isToSegment = scope == DiagramScope.Map && link.Ends.HasFlag(secondEnd);
        var target = isToSegment ? anchors[second.Segment].Top ?? second : second;
        output.Write(
            $"  {DotText.Quote(first.Id)} -> {DotText.Quote(target.Id)} [{(link.Number > 0 ? HopStyle(link, scope) : LinkStyle(link, scope))}");
        output.Write($", {(isTurned ? "dir=back, arrowtail" : "arrowhead")}={Arrow(link)}");
        if (isFromSegment) output.Write(string.Create(CultureInfo.InvariantCulture, $", ltail=cluster_{anchors[first.Segment].Cluster}"));
        if (isToSegment) output.Write(string.Create(CultureInfo.InvariantCulture, $", lhead=cluster_{anchors[second.Segment].Cluster}"));
        output.WriteLine("];");
    }

    /// <summary>Where links to a whole segment end.</summary>
    /// <param name="Top">Its uppermost box where a path goes on inside it: a link from above that ended lower would write its text over the segment's
    /// edge.</param>
    private readonly record struct Anchor(int Cluster, DiagramBox? Top);

    private static Dictionary<Segment, Anchor> AnchorsOf(Diagram diagram) => diagram.Segments
        .Select((segment, index) =>
            (segment.Segment, Anchor: new Anchor(index, diagram.Links.FirstOrDefault(link => GoesOnInside(link, segment.Segment))?.From)))
        .ToDictionary(one => one.Segment, one => one.Anchor);

    private static bool GoesOnInside(DiagramLink link, Segment segment) =>
        link.Number > 0 && link.From.Segment == segment && link.To.Segment == segment;

    private static string HopStyle(DiagramLink link, DiagramScope scope)
    {
        var label = Label(link.Lines.SetItem(0, $"{DiagramText.Circled(link.Number)} {link.Lines[0]}"), scope);
        var line = link.Line == LinkLine.Supposed ? "\"dotted,bold\"" : "bold";
        return $"label={label}, style={line}, color=\"{DotStyle.Path}\", fontcolor=\"{DotStyle.Path}\", fontsize=12, penwidth=3, arrowsize=1, weight=8";
    }

    private static string LinkStyle(DiagramLink link, DiagramScope scope) => "label=" + Label(link.Lines, scope) + link.Line switch
    {
        LinkLine.Refused or LinkLine.OneSided => ", style=dashed",
        LinkLine.Supposed => ", style=dotted",
        _ => "",
    };

    private static string Arrow(DiagramLink link) => link switch
    {
        { Direction: HopDirection.Pull or HopDirection.PermittedPull } => "empty",
        { Line: LinkLine.Refused } => "tee",
        { Line: LinkLine.OneSided } => "vee",
        _ => "normal",
    };

    /// <summary>A space on both sides, or an empty line below where lines run from left to right, keeps the text off its own line.</summary>
    private static string Label(IEnumerable<string> lines, DiagramScope scope)
    {
        var apart = lines.Select(line => $"\u00A0{line}\u00A0");
        return DotText.QuoteLines(scope == DiagramScope.Paths ? apart.Append("\u00A0") : apart);
    }
}
