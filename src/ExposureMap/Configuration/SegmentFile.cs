using System.Globalization;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>Segments as a configuration file that can be loaded again, with what inferred ones were concluded from as comments.</summary>
internal static class SegmentFile
{
    /// <summary>
    /// Of all segments together: a prefix takes up to 45 octets, and the file must be one that may be read
    /// (<see cref="YamlDocument.LargestOctets"/>).
    /// </summary>
    private const int MostPrefixes = YamlDocument.LargestOctets / 2 / 45;

    /// <summary>
    /// What a segment is called in a file. Inferred ones are named by their prefix, whose signs no name may have: <c>10.0.9.0-24-control</c>,
    /// <c>fd00-9---64</c>.
    /// </summary>
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
        var room = MostPrefixes;
        foreach (var segment in sorted) Write(writer, segment, ref room);
    }

    private static void Write(TextWriter writer, Segment segment, ref int room)
    {
        var prefixes = segment.Prefixes.OrderBy(prefix => prefix.Length).Take(room).Order().ToArray();
        room -= prefixes.Length;
        writer.Write($"  - name: {Scalar(NameOf(segment.Name))}\n    kind: {segment.Kind.Word()}\n");
        if (segment.Level is { } level) writer.Write(string.Create(CultureInfo.InvariantCulture, $"    level: {level}\n"));
        WriteList(writer, "prefixes", prefixes.Select(prefix => prefix.ToString()));
        WriteList(writer, "vlans", segment.Vlans.Order().Select(vlan => vlan.ToString(CultureInfo.InvariantCulture)));
        WriteList(writer, "macs", segment.Macs.Order().Select(mac => mac.ToString()));
        if (prefixes.Length < segment.Prefixes.Length)
            writer.Write(
                string.Create(CultureInfo.InvariantCulture,
                    $"    # {segment.Prefixes.Length - prefixes.Length} more, the narrowest, would be too many for a configuration: claim its VLAN instead\n"));
        foreach (var witness in segment.Witnesses) writer.Write($"    # {Quoted.Plain(witness)}\n");
    }

    private static void WriteList(TextWriter writer, string key, IEnumerable<string> items)
    {
        var texts = items.Select(Scalar).ToArray();
        if (texts.Length > 0) writer.Write($"    {key}: [{string.Join(", ", texts)}]\n");
    }

    /// <summary>Quoted unless plain in every YAML reader: <c>no</c>, <c>1e3</c> and <c>::/0</c> are not.</summary>
    private static string Scalar(string text) =>
        text.Length > 0 && (text.All(char.IsAsciiDigit) || IsPlainPrefix(text))
            ? text
            : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsPlainPrefix(string text) =>
        text.All(letter => char.IsAsciiDigit(letter) || letter is '.' or '/') && text.Contains('/', StringComparison.Ordinal);
}
