using System.Collections.Immutable;

namespace ExposureMap.Configuration;

/// <summary>One mistake in a configuration file. Lines and columns count from 1; line 0 is the file as a whole.</summary>
internal sealed record ConfigurationError(string File, long Line, long Column, string Message)
{
    /// <summary>As compilers write it, so that editors jump there.</summary>
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>The mistakes found so far, the first <see cref="Most"/> of them: more help nobody, and a hostile file has a hundred thousand.</summary>
internal sealed class ConfigurationErrors(string file)
{
    public const int Most = 100;

    private readonly List<ConfigurationError> _errors = [];

    public bool IsEmpty => _errors.Count == 0;

    /// <summary>Nothing more is taken: stop looking.</summary>
    public bool IsFull => _errors.Count >= Most;

    public void Add(long line, long column, string message)
    {
        if (!IsFull) _errors.Add(new(file, line, column, message));
    }

    public void Add(YamlNode at, string message) => Add(at.Line, at.Column, message);

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<ConfigurationError> ToSorted()
    {
        var sorted = _errors.OrderBy(error => error.Line).ThenBy(error => error.Column).ThenBy(error => error.Message, StringComparer.Ordinal);
        return IsFull ? [.. sorted, new(file, 0, 0, $"more than {Most - 1} mistakes; mend these first")] : [.. sorted];
    }
}
