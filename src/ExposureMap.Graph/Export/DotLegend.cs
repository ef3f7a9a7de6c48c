using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>
/// Explains what a diagram uses, and only that. Its table is the one HTML-like label there is: constant text, nothing of it from the network.
/// </summary>
internal static class DotLegend
{
    public static void Write(TextWriter output, Diagram diagram)
    {
        var entries = Entries(diagram).ToList();
        if (entries.Count == 0) return;
        output.WriteLine(
            "  legend [shape=plain, style=\"\", fontsize=11, label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"2\" CELLPADDING=\"2\"><TR>");
        foreach (var (colour, sign, meaning) in entries)
            output.WriteLine(
                $"    <TD ALIGN=\"RIGHT\"><FONT COLOR=\"{colour}\"><B>{sign}</B></FONT></TD><TD ALIGN=\"LEFT\">{meaning}&#160;&#160;</TD>");
        output.WriteLine("  </TR></TABLE>>];");
        if (diagram.Scope == DiagramScope.Paths || diagram.Segments.IsEmpty) return;
        var deepest = Diagram.Depth(diagram.Segments[^1].Segment.Kind);
        foreach (var box in diagram.Segments.Where(segment => Diagram.Depth(segment.Segment.Kind) == deepest).SelectMany(segment => segment.Boxes))
            output.WriteLine($"  {DotText.Quote(box.Id)} -> legend [style=invis];");
    }

    private static IEnumerable<(string Colour, string Sign, string Meaning)> Entries(Diagram diagram)
    {
        var links = diagram.Links;
        if (links.Any(link => link.Number > 0)) yield return (DotStyle.Path, "①━▶", "flagged path, hop by hop");
        if (links.Any(link => link.Direction is HopDirection.Pull or HopDirection.PermittedPull))
            yield return (DotStyle.Path, "━▷", "content pulled: harm runs against the session");
        if (links.Any(link => link is { Number: 0, Line: LinkLine.Observed })) yield return (DotStyle.Quiet, "─▶", "observed");
        if (links.Any(link => link.Line == LinkLine.Refused)) yield return (DotStyle.Quiet, "╌╌✕", "tried, not let in");
        if (links.Any(link => link.Line == LinkLine.OneSided)) yield return (DotStyle.Quiet, "╌╌&gt;", "no answer seen");
        if (links.Any(link => link.Line == LinkLine.Supposed)) yield return (DotStyle.Quiet, "┈┈▶", "supposed");
        if (diagram.Segments.Any(segment => segment.Boxes.Any(box => box.Shape != BoxShape.Asset)))
            yield return (DotStyle.Quiet, "▣", "several machines");
        if (diagram.Segments.Any(segment => segment.Segment.Inferred)) yield return (DotStyle.Quiet, "╌", "segment inferred");
    }
}
