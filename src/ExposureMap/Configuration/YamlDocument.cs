using System.Collections.Immutable;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ExposureMap.Configuration;

/// <summary>
/// Reads the plain part of YAML: scalars, lists and mappings of one document. Anchors, aliases and tags are refused, because a file of a
/// kilobyte can stand for gigabytes with them; so are repeated keys, of which YAML readers silently take one.
/// </summary>
internal sealed class YamlDocument
{
    public const int LargestOctets = 1 << 20;
    public const int DeepestNesting = 32;

    private readonly ConfigurationErrors _errors;
    private readonly IParser _parser;

    private YamlDocument(IParser parser, ConfigurationErrors errors) => (_parser, _errors) = (parser, errors);

    /// <summary>Null when nothing could be read; why is among the errors.</summary>
    public static YamlNode? Read(ReadOnlySpan<byte> octets, ConfigurationErrors errors)
    {
        if (octets.Length > LargestOctets)
        {
            errors.Add(0, 0, "larger than 1 MiB");
            return null;
        }

        if (octets.StartsWith(Encoding.UTF8.Preamble)) octets = octets[Encoding.UTF8.Preamble.Length..];
        if (IndexOfDamage(octets) is var damage and >= 0)
        {
            var before = octets[..damage];
            errors.Add(before.Count((byte)'\n') + 1, damage - before.LastIndexOf((byte)'\n'), "not UTF-8 text");
            return null;
        }

        var parser = new Parser(new StringReader(Encoding.UTF8.GetString(octets)));
        try
        {
            return new YamlDocument(parser, errors).ReadOnly();
        }
        catch (YamlException damaged)
        {
            errors.Add(damaged.Start.Line, damaged.Start.Column, $"not YAML: {Quoted.Plain(damaged.Message)}");
        }
        catch (Exception damaged) when (damaged is EndOfStreamException or InvalidOperationException)
        {
            // YamlDotNet 18.1 on a tab before the first key, and on an alias after a key without colon: no position, so that of the last token.
            errors.Add(parser.Current?.End.Line ?? 1, parser.Current?.End.Column ?? 1, "not YAML from here on");
        }

        return null;
    }

    /// <summary>Where text stops being UTF-8, or has a NUL; -1 for nowhere.</summary>
    private static int IndexOfDamage(ReadOnlySpan<byte> octets)
    {
        for (var index = 0; index < octets.Length;)
        {
            if (Rune.DecodeFromUtf8(octets[index..], out var rune, out var length) != System.Buffers.OperationStatus.Done || rune.Value == 0)
                return index;
            index += length;
        }

        return -1;
    }

    private YamlNode? ReadOnly()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _errors.Add(1, 1, "nothing is declared; an empty configuration is no configuration at all");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(1);
        if (root is null) return null;
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            _errors.Add(second.Start.Line, second.Start.Column, "a second document; there may be only one");
        return root;
    }

    /// <summary>Null ends it all: what is nested too deep is not read on.</summary>
    private YamlNode? ReadNode(int depth)
    {
        var token = _parser.Consume<ParsingEvent>();
        var (line, column) = (token.Start.Line, token.Start.Column);
        if (depth > DeepestNesting)
        {
            _errors.Add(line, column, $"nested deeper than {DeepestNesting} levels");
            return null;
        }

        if (token is not NodeEvent node)
        {
            _errors.Add(line, column, "aliases are refused; write the value out");
            return new YamlRefused(line, column);
        }

        if (!node.Anchor.IsEmpty) _errors.Add(line, column, "anchors are refused; write the value out where it is needed");
        if (!node.Tag.IsEmpty) _errors.Add(line, column, $"tag {Quoted.Text(node.Tag.Value)} is refused; write the plain value");
        return node switch
        {
            Scalar scalar => new YamlScalar(line, column, scalar.Value),
            SequenceStart => ReadList(line, column, depth),
            _ => ReadMapping(line, column, depth),
        };
    }

    private YamlList? ReadList(long line, long column, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (ReadNode(depth + 1) is not { } item) return null;
            items.Add(item);
        }

        return new(line, column, items.DrainToImmutable());
    }

    private YamlMapping? ReadMapping(long line, long column, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<KeyValuePair<YamlScalar, YamlNode>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode(depth + 1) is not { } key || ReadNode(depth + 1) is not { } value) return null;
            if (key is not YamlScalar word) Refuse(key, "a key must be one word");
            else if (!seen.Add(word.Text)) Refuse(key, $"key {Quoted.Text(word.Text)} is repeated");
            else entries.Add(new(word, value));
        }

        return new(line, column, entries.DrainToImmutable());
    }

    private void Refuse(YamlNode node, string message)
    {
        if (node is not YamlRefused) _errors.Add(node, message);
    }
}
