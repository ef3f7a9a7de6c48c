using System.Text;

namespace ExposureMap.Graph.Export;

/// <summary>The one escaper of HTML and SVG text, for content and quoted attributes alike.</summary>
public static class HtmlText
{
    /// <summary>The five characters of markup as references; control and direction-changing characters as U+FFFD (as in diagrams).</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var letter in DiagramText.Clean(text, int.MaxValue))
        {
            _ = letter switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }
}
