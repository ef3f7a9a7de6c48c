using System.Globalization;

namespace ExposureMap.Graph.Export;

/// <summary>The rows of tables in pages. Texts are escaped here; <see cref="Markup"/> takes what its caller escaped.</summary>
internal static class HtmlTable
{
    public static string Head(params ReadOnlySpan<string> names)
    {
        var cells = "";
        foreach (var name in names) cells += $"<th>{HtmlText.Escape(name)}</th>";
        return $"<table><tr>{cells}</tr>";
    }

    public static string Row(params ReadOnlySpan<string> cells) => $"<tr>{string.Concat(cells)}</tr>";

    public static string Cell(string text, string style = "") => Markup(HtmlText.Escape(text), style);

    public static string Number(long number) => Markup(number.ToString("N0", CultureInfo.InvariantCulture));

    public static string Markup(string html, string style = "") => style.Length == 0 ? $"<td>{html}</td>" : $"<td class=\"{style}\">{html}</td>";
}
