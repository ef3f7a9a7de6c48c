using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>Writes a diagram as a Mermaid flowchart, for a README.</summary>
public static class MermaidWriter
{
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
        output.WriteLine(diagram.Scope == DiagramScope.Paths ? "flowchart LR" : "flowchart TB");
        foreach (var line in diagram.Subtitle.Concat(diagram.Notes.Select(note => note.Text)).Prepend(diagram.Title))
            output.WriteLine($"  %% {line.ReplaceLineEndings(" ")}");
        var names = new Dictionary<DiagramBox, string>(ReferenceEqualityComparer.Instance);
        for (var index = 0; index < diagram.Segments.Length; index++) WriteSegment(output, diagram.Segments[index], Number("s", index), names);
        foreach (var link in diagram.Links) output.WriteLine($"  {names[link.From]} {Line(link)}|{Quote(LinesOf(link))}| {names[link.To]}");
        for (var index = 0; index < diagram.Links.Length; index++)
            if (diagram.Links[index].Number > 0)
                output.WriteLine(
                    string.Create(CultureInfo.InvariantCulture,
                        $"  linkStyle {index} stroke:{DotStyle.Path},color:{DotStyle.Path},stroke-width:3px"));
    }

    private static void WriteSegment(TextWriter output, DiagramSegment segment, string name, Dictionary<DiagramBox, string> names)
    {
        var colours = DotStyle.Of(segment.Segment.Kind);
        output.WriteLine($"  subgraph {name}[{Quote([$"{DiagramText.Clean(segment.Segment.Name)} ({DotStyle.Word(segment.Segment.Kind)})"])}]");
        foreach (var box in segment.Boxes)
        {
            names.Add(box, Number("b", names.Count));
            output.WriteLine($"    {names[box]}[{Quote(box.Lines)}]");
            if (box.Mark != BoxMark.None)
                output.WriteLine($"    style {names[box]} stroke:{DotStyle.Path},stroke-width:{(box.Mark == BoxMark.Passed ? 2 : 3)}px");
        }

        output.WriteLine("  end");
        output.WriteLine($"  style {name} fill:{colours.Fill},stroke:{colours.Line},color:{colours.Line}");
    }

    private static ImmutableArray<string> LinesOf(DiagramLink link) =>
        link.Number == 0 ? link.Lines : link.Lines.SetItem(0, $"{DiagramText.Circled(link.Number)} {link.Lines[0]}");

    private static string Line(DiagramLink link) => link switch
    {
        { Direction: HopDirection.Pull } => "==o",
        { Line: LinkLine.Refused } => "-.-x",
        { Line: LinkLine.OneSided or LinkLine.Supposed } => "-.->",
        { Number: > 0 } => "==>",
        _ => "-->",
    };

    private static string Number(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");

    /// <summary>
    /// Quoted text whose every character that Mermaid, Markdown or HTML could act on is a character code (Mermaid, "Entity codes to escape
    /// characters").
    /// </summary>
    private static string Quote(IEnumerable<string> lines)
    {
        var text = new StringBuilder("\"");
        foreach (var line in lines)
        {
            if (text.Length > 1) text.Append("<br>");
            foreach (var rune in line.EnumerateRunes())
            {
                if (rune.Value is < ' ' or (>= 0x7F and < 0xA0)) text.Append('\uFFFD');
                else if ("\"#&;<>`*_[]{}|\\".Contains((char)Math.Min(rune.Value, char.MaxValue), StringComparison.Ordinal))
                    text.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
                else text.Append(rune.ToString());
            }
        }

        return text.Append('"').ToString();
    }
}
