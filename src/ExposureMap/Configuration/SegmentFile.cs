using System.Globalization;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>Segments as a configuration file that can be loaded again, with what inferred ones were concluded from as comments.</summary>
internal static class SegmentFile
{
    /// <summary>What a segment is called in a file. Inferred ones are named by their prefix, whose signs no name may have: <c>10.0.9.0-24-control</c>, <c>fd00-9---64</c>.</summary>
    public static string NameOf(string name) => name.Replace('/', '-').Replace(':', '-').Replace(' ', '-');

    /// <summary>In ordinal order of name.</summary>
    public static void Write(TextWriter writer, IEnumerable<Segment> segments)
    {
        var sorted = segments.OrderBy(segment => segment.Name, StringComparer.Ordinal).ToArray();
        if (sorted.Length == 0)
        {
            writer.Write("# no segment was seen\n");
            return;
        }

        writer.Write("segments:\n");
        foreach (var segment in sorted) Write(writer, segment);
    }

    private static void Write(TextWriter writer, Segment segment)
    {
        writer.Write($"  - name: {Scalar(NameOf(segment.Name))}\n    kind: {segment.Kind.Word()}\n");
        if (segment.Level is { } level) writer.Write(string.Create(CultureInfo.InvariantCulture, $"    level: {level}\n"));
        WriteList(writer, "prefixes", segment.Prefixes.Order().Select(prefix => prefix.ToString()));
        WriteList(writer, "vlans", segment.Vlans.Order().Select(vlan => vlan.ToString(CultureInfo.InvariantCulture)));
        WriteList(writer, "macs", segment.Macs.Order().Select(mac => mac.ToString()));
        foreach (var witness in segment.Witnesses) writer.Write($"    # {Quoted.Plain(witness)}\n");
    }

    private static void WriteList(TextWriter writer, string key, IEnumerable<string> items)
    {
        var texts = items.Select(Scalar).ToArray();
        if (texts.Length > 0) writer.Write($"    {key}: [{string.Join(", ", texts)}]\n");
    }

    /// <summary>Quoted unless plain in every YAML reader: <c>no</c>, <c>1e3</c> and <c>::/0</c> are not.</summary>
    private static string Scalar(string text) =>
        text.Length > 0 && (text.All(char.IsAsciiDigit) || IsPlainPrefix(text)) ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsPlainPrefix(string text) => text.All(letter => char.IsAsciiDigit(letter) || letter is '.' or '/') && text.Contains('/', StringComparison.Ordinal);
}
