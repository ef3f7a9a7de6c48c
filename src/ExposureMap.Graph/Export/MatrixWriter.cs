using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Segments;
using static ExposureMap.Graph.Export.HtmlTable;

namespace ExposureMap.Graph.Export;

/// <summary>The zone-and-conduit matrix as a picture (SVG) and as a page (HTML, self-contained, without scripts).</summary>
public static class MatrixWriter
{
    private const int CellWidth = 92;
    private const int SideWidth = 170;
    private const int HeadHeight = 120;

    private const string Style = """
        body{font:14px/1.45 system-ui,sans-serif;color:#1d2733;margin:2.5em auto;max-width:75em;padding:0 1.5em}
        h1{font-size:1.5em}table{border-collapse:collapse;width:100%;margin:1.5em 0}th,td{text-align:left;padding:.35em .7em;border-bottom:1px solid #d8dee6;vertical-align:top}
        th{background:#f2f5f8}.outside{color:#b00020;font-weight:600}.lapsed{color:#a05a00;font-weight:600}.unused{color:#66717e}.allowed{color:#1d6b35}svg{max-width:100%;height:auto}
        @media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
        """;

    public static void WriteSvg(TextWriter output, ZoneMatrix matrix)
    {
        var (width, height) = (SideWidth + matrix.Zones.Length * CellWidth + 20, HeadHeight + matrix.Zones.Length * CellWidth / 2 + 50);
        output.NewLine = "\n";
        output.Write(Text($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" "));
        output.WriteLine("font-family=\"sans-serif\" font-size=\"11\" role=\"img\"><title>Zone and conduit matrix</title>");
        output.WriteLine("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        for (var index = 0; index < matrix.Zones.Length; index++)
        {
            var (name, x, y) =
                (HtmlText.Escape(Short(matrix.Zones[index].Name)), SideWidth + index * CellWidth + CellWidth / 2,
                    HeadHeight + index * CellWidth / 2 + CellWidth / 4 + 4);
            output.WriteLine(Text($"<text x=\"{x}\" y=\"{HeadHeight - 10}\" transform=\"rotate(-35 {x} {HeadHeight - 10})\">to {name}</text>"));
            output.WriteLine(Text($"<text x=\"{SideWidth - 8}\" y=\"{y}\" text-anchor=\"end\">{name} ({matrix.Zones[index].Kind.Word()})</text>"));
            for (var other = 0; other < matrix.Zones.Length; other++) WriteCell(output, matrix, index, other);
        }

        var foot = height - 14;
        output.Write(Text($"<text x=\"8\" y=\"{foot}\" fill=\"#4a5663\">"));
        output.WriteLine(
            "rows talk to columns; services seen: green allowed, red outside the policy, amber lapsed; grey allowed but never seen</text>");
        output.WriteLine("</svg>");
    }

    public static void WriteHtml(TextWriter output, ZoneMatrix matrix)
    {
        output.NewLine = "\n";
        output.WriteLine(
            $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Zone and conduit matrix</title><style>{Style}</style></head><body>");
        output.WriteLine("<h1>Zone and conduit matrix</h1>");
        output.WriteLine(
            matrix.Policy.IsDeclared ? $"<p>{Summary(matrix)}</p>" : "<p>The site declared no policy: what was seen is judged by none.</p>");
        WriteSvg(output, matrix);
        output.WriteLine(Head("from", "to", "service", "verdict", "conduits", "sessions", "rule"));
        foreach (var flow in matrix.Flows)
        {
            var (verdict, rule) =
                (Word(flow.Verdict), flow.Rule is { Because: { Length: > 0 } because } ? $"{flow.Rule} ({because})" : $"{flow.Rule}");
            output.WriteLine(
                Row(Cell(flow.From.Name), Cell(flow.To.Name), Cell(flow.Service), Cell(verdict, verdict), Number(flow.Conduits),
                    Number(flow.Conversations), Cell(rule)));
        }

        output.WriteLine("</table></body></html>");
    }

    public static string Word(PolicyVerdict verdict) => verdict switch
    {
        PolicyVerdict.Allowed => "allowed",
        PolicyVerdict.Lapsed => "lapsed",
        PolicyVerdict.Outside => "outside",
        PolicyVerdict.Unjudged => "seen",
        _ => "unused",
    };

    /// <summary>A cell in words: <c>3 allowed, 1 outside</c>.</summary>
    public static string Counts(ImmutableArray<ZoneFlow> flows) =>
        string.Join(", ",
            flows.GroupBy(flow => flow.Verdict).OrderBy(group => group.Key).Select(group => Text($"{group.Count()} {Word(group.Key)}")));

    private static string Summary(ZoneMatrix matrix) => HtmlText.Escape($"Services between segments: {Counts(matrix.Flows)}.");

    private static void WriteCell(TextWriter output, ZoneMatrix matrix, int row, int column)
    {
        var flows = row == column ? [] : matrix.Between(matrix.Zones[row], matrix.Zones[column]);
        var fill = row == column ? "#e3e8ee" : Fill(flows);
        var (x, y) = (SideWidth + column * CellWidth, HeadHeight + row * CellWidth / 2);
        output.Write(Text($"<rect x=\"{x}\" y=\"{y}\" width=\"{CellWidth}\" height=\"{CellWidth / 2}\" fill=\"{fill}\" stroke=\"#b9c3ce\"/>"));
        if (flows.IsEmpty)
        {
            output.WriteLine();
            return;
        }

        output.Write(
            Text($"<g><title>{HtmlText.Escape(string.Join("\n", flows.Select(flow => $"{flow.Service} {Word(flow.Verdict)}")).Replace('\n', ';'))}</title>"));
        var lines = Counts(flows).Split(", ");
        for (var line = 0; line < lines.Length; line++)
            output.Write(
                Text($"<text x=\"{x + CellWidth / 2}\" y=\"{y + CellWidth / 4 + 4 + (2 * line - lines.Length + 1) * 7}\" text-anchor=\"middle\">{lines[line]}</text>"));
        output.WriteLine("</g>");
    }

    private static string Fill(ImmutableArray<ZoneFlow> flows)
    {
        if (flows.IsEmpty) return "#ffffff";
        if (flows.Any(flow => flow.Verdict == PolicyVerdict.Outside)) return "#f8cdd2";
        if (flows.Any(flow => flow.Verdict == PolicyVerdict.Lapsed)) return "#fbe3bd";
        if (flows.Any(flow => flow.Verdict == PolicyVerdict.Unjudged)) return "#dfe8f5";
        return flows.Any(flow => flow.Verdict == PolicyVerdict.Allowed) ? "#cfeed8" : "#eef1f4";
    }

    private static string Short(string name) => name.Length > 20 ? name[..19] + "…" : name;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
