using System.Collections.Immutable;

namespace ExposureMap.Graph.Map;

/// <summary>Values by number, each once. Grows only; a snapshot is a prefix.</summary>
internal sealed class NumberedValues<T> where T : notnull
{
    private readonly Dictionary<T, int> _numbers = [];
    private readonly List<T> _values = [];
    private ImmutableList<T> _frozen = [];

    private (T? Value, int Number) _last = (default, -1);     // neighbours are often of the same capture

    public ImmutableList<T> Values => _frozen.Count == _values.Count ? _frozen : _frozen = _frozen.AddRange(_values.Skip(_frozen.Count));

    public T this[int number] => _values[number];

    public int NumberOf(T value)
    {
        if (_last.Number >= 0 && EqualityComparer<T>.Default.Equals(value, _last.Value)) return _last.Number;
        if (_numbers.TryGetValue(value, out var number)) return (_last = (value, number)).Number;
        number = _values.Count;
        _values.Add(value);
        _numbers.Add(value, number);
        return number;
    }
}
