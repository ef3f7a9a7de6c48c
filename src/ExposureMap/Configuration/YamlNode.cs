using System.Collections.Immutable;

namespace ExposureMap.Configuration;

/// <summary>A piece of a YAML document and where it begins, counted from 1.</summary>
internal abstract record YamlNode(long Line, long Column);

internal sealed record YamlScalar(long Line, long Column, string Text) : YamlNode(Line, Column);

internal sealed record YamlList(long Line, long Column, ImmutableArray<YamlNode> Items) : YamlNode(Line, Column);

internal sealed record YamlMapping(long Line, long Column, ImmutableArray<KeyValuePair<YamlScalar, YamlNode>> Entries) : YamlNode(Line, Column);

/// <summary>Something already reported; whoever meets it stays silent.</summary>
internal sealed record YamlRefused(long Line, long Column) : YamlNode(Line, Column);
