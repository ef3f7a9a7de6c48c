using System.Collections.Immutable;

namespace ExposureMap.Graph.Map;

/// <summary>Values by number, each once. Grows only; a snapshot is a prefix.</summary>
internal sealed class NumberedValues<T> where T : notnull
{
    private readonly Dictionary<T, int> _numbers = [];
    private ImmutableList<T> _values = [];

    public ImmutableList<T> Values => _values;

    public int NumberOf(T value)
    {
        if (_numbers.TryGetValue(value, out var number)) return number;
        number = _values.Count;
        _values = _values.Add(value);
        _numbers.Add(value, number);
        return number;
    }
}
