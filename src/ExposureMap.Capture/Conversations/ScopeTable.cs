using ExposureMap.Capture.Frames;

namespace ExposureMap.Capture.Conversations;

/// <summary>Scopes by number. The first is the empty one; when all numbers are taken, further scopes share the last.</summary>
internal sealed class ScopeTable
{
    private readonly Dictionary<Scope, ushort> _numbers = [];
    private readonly List<Scope> _scopes = [default];

    public ushort NumberOf(in Scope scope)
    {
        if (scope.IsEmpty) return 0;
        if (_numbers.TryGetValue(scope, out var number)) return number;
        if (_scopes.Count > ushort.MaxValue) return ushort.MaxValue;
        number = (ushort)_scopes.Count;
        _scopes.Add(scope);
        _numbers.Add(scope, number);
        return number;
    }

    public Scope this[ushort number] => _scopes[number];
}
