using System.Text;

namespace ExposureMap.Graph.Export;

/// <summary>The one escaper of DOT text.</summary>
internal static class DotText
{
    /// <summary>
    /// A quoted string (GraphViz, "The DOT language", <c>escString</c>): quotes and backslashes are escaped, so that neither the string ends nor
    /// a sequence such as <c>\N</c> starts; an ampersand is written as an entity, for GraphViz resolves entities; control characters are U+FFFD.
    /// </summary>
    public static string Quote(string text) => $"\"{Escape(text)}\"";

    /// <summary>Lines one below the other, centred.</summary>
    public static string QuoteLines(IEnumerable<string> lines) => $"\"{string.Join("\\n", lines.Select(Escape))}\"";

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())                // a lone surrogate comes out as U+FFFD
        {
            _ = rune.Value switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '&' => escaped.Append("&amp;"),
                < ' ' or (>= 0x7F and < 0xA0) => escaped.Append('\uFFFD'),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }
}
