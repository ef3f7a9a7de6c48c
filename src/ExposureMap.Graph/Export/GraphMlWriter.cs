using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>
/// Writes assets and conduits as GraphML (graphml.graphdrawing.org, 1.0), as Gephi, yEd and networkx read it. A group address is no node.
/// </summary>
public static class GraphMlWriter
{
    private const string Namespace = "http://graphml.graphdrawing.org/xmlns";

    private sealed record Key<T>(string Name, string Type, Func<T, string> Value);

    private static readonly ImmutableArray<Key<Asset>> AssetKeys =
    [
        new("label", "string", asset => asset.Label),
        new("address", "string", asset => asset.Address.ToString()),
        new("names", "string", asset => string.Join(", ", asset.Names)),
        new("vendor", "string", asset => asset.Vendor),
        new("segment", "string", asset => asset.Segment.Name),
        new("kind", "string", asset => asset.Kind.Word()),
        new("roles", "string", asset => string.Join(", ", asset.Roles.Select(role => role.Name))),
        new("behind", "int", asset => asset.Behind < 0 ? "" : Text(asset.Behind)),
        new("device", "string", asset => asset.Device),
        new("first_seen", "double", asset => Time(asset.FirstSeen)),
        new("last_seen", "double", asset => Time(asset.LastSeen)),
    ];

    private static readonly ImmutableArray<Key<Conduit>> ConduitKeys =
    [
        new("service", "string", conduit => conduit.Service.ToString()),
        new("service_basis", "string", conduit => conduit.Data.ServiceBasis.Word()),
        new("usable", "boolean", conduit => conduit.IsUsable ? "true" : "false"),
        new("outcomes", "string", conduit => string.Join(", ", conduit.Outcomes.Select(one => $"{one.Outcome.Word()} {Text(one.Count)}"))),
        new("effects", "string", conduit => string.Join(", ", Words(conduit.Effects))),
        new("strongest_effect", "string", conduit => conduit.Effects.Strongest?.Word() ?? ""),
        new("pivot_rank", "string", conduit => conduit.PivotRank.Word()),
        new("bytes", "long", conduit => Text(conduit.Data.Octets)),
        new("conversations", "long", conduit => Text(conduit.Conversations)),
        new("first_seen", "double", conduit => Time(conduit.FirstSeen)),
        new("last_seen", "double", conduit => Time(conduit.LastSeen)),
        new("evidence", "string", conduit => conduit.Evidence.ToString()),
    ];

    public static void Write(Stream output, MapPart part)
    {
        using var xml =
            XmlWriter.Create(output,
                new() { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
        xml.WriteStartElement("graphml", Namespace);
        foreach (var key in AssetKeys) WriteKey(xml, "node", key);
        foreach (var key in ConduitKeys) WriteKey(xml, "edge", key);
        xml.WriteStartElement("graph", Namespace);
        xml.WriteAttributeString("edgedefault", "directed");
        foreach (var asset in part.Assets) WriteElement(xml, "node", [("id", Node(asset.Id))], AssetKeys, asset);
        var edge = 0;
        foreach (var conduit in part.Conduits.Where(conduit => conduit is { From: >= 0, To: >= 0 }))
            WriteElement(xml, "edge",
                [("id", "e" + Text(edge++)), ("source", Node(conduit.From)), ("target", Node(conduit.To))], ConduitKeys, conduit);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteKey<T>(XmlWriter xml, string element, Key<T> key)
    {
        xml.WriteStartElement("key", Namespace);
        xml.WriteAttributeString("id", $"{element}_{key.Name}");
        xml.WriteAttributeString("for", element);
        xml.WriteAttributeString("attr.name", key.Name);
        xml.WriteAttributeString("attr.type", key.Type);
        xml.WriteEndElement();
    }

    private static void WriteElement<T>(XmlWriter xml, string element, ReadOnlySpan<(string Name, string Value)> attributes,
        ImmutableArray<Key<T>> keys, T row)
    {
        xml.WriteStartElement(element, Namespace);
        foreach (var (name, value) in attributes) xml.WriteAttributeString(name, value);
        foreach (var key in keys)
        {
            if (Legal(key.Value(row)) is not { Length: > 0 } value) continue;
            xml.WriteStartElement("data", Namespace);
            xml.WriteAttributeString("key", $"{element}_{key.Name}");
            xml.WriteString(value);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>Without what XML 1.0 (section 2.2, Char) cannot hold: control characters, U+FFFE, U+FFFF and lone surrogates.</summary>
    private static string Legal(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0) return text;
        var legal = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (XmlConvert.IsXmlChar(text[index])) legal.Append(text[index]);
            else if (index + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[index + 1], text[index])) legal.Append(text, index++, 2);
        }

        return legal.ToString();
    }

    private static IEnumerable<string> Words(EffectTally effects)
    {
        for (var effect = EffectWords.Count - 1; effect >= 0; effect--)
            if (effects[effect] != 0) yield return $"{((Effect)effect).Word()} {Text(effects[effect])}";
    }

    private static string Node(int asset) => "n" + Text(asset);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(Timestamp time) => time.IsNever ? "" : time.ToUnixText();
}
