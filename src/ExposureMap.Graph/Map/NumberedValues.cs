using System.Collections.Immutable;

namespace ExposureMap.Graph.Map;

/// <summary>Values by number, each once. Grows only; a snapshot is a prefix.</summary>
internal sealed class NumberedValues<T> where T : notnull
{
    private readonly Dictionary<T, int> _numbers = [];
    private readonly ImmutableList<T>.Builder _values = ImmutableList.CreateBuilder<T>();

    public ImmutableList<T> Values => _values.ToImmutable();

    public int NumberOf(T value)
    {
        if (_numbers.TryGetValue(value, out var number)) return number;
        number = _values.Count;
        _values.Add(value);
        _numbers.Add(value, number);
        return number;
    }
}
