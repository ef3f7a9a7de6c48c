using System.Collections.Immutable;

namespace ExposureMap.Configuration;

/// <summary>One mistake in a configuration file. Lines and columns count from 1; line 0 is the file as a whole.</summary>
internal sealed record ConfigurationError(string File, long Line, long Column, string Message)
{
    /// <summary>As compilers write it, so that editors jump there.</summary>
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>The mistakes found so far. More than <see cref="Shown"/> help nobody; the rest is counted.</summary>
internal sealed class ConfigurationErrors(string file)
{
    public const int Shown = 100;

    private readonly List<ConfigurationError> _errors = [];
    private int _left;

    public bool IsEmpty => _errors.Count == 0;

    public void Add(long line, long column, string message)
    {
        if (_errors.Count < Shown) _errors.Add(new(file, line, column, message));
        else _left++;
    }

    public void Add(YamlNode at, string message) => Add(at.Line, at.Column, message);

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<ConfigurationError> ToSorted()
    {
        var sorted = _errors.OrderBy(error => error.Line).ThenBy(error => error.Column).ThenBy(error => error.Message, StringComparer.Ordinal);
        return _left == 0 ? [.. sorted] : [.. sorted, new(file, 0, 0, $"and {_left} more mistakes")];
    }
}
