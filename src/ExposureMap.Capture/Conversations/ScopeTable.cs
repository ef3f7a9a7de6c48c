using ExposureMap.Capture.Frames;

namespace ExposureMap.Capture.Conversations;

/// <summary>Scopes by number. The first is the empty one; when all numbers are taken, further scopes share the last.</summary>
internal sealed class ScopeTable
{
    private readonly Dictionary<Scope, ushort> _numbers = [];
    private readonly List<ScopeText> _texts = [ScopeText.Of(default)];

    public ushort NumberOf(in Scope scope)
    {
        if (scope.IsEmpty) return 0;
        if (_numbers.TryGetValue(scope, out var number)) return number;
        if (_texts.Count > ushort.MaxValue) return ushort.MaxValue;
        number = (ushort)_texts.Count;
        _texts.Add(ScopeText.Of(scope));
        _numbers.Add(scope, number);
        return number;
    }

    public ScopeText this[ushort number] => _texts[number];
}

/// <summary>What conversations say of their scope, made once for each.</summary>
internal sealed record ScopeText(int Vlan, int InnerVlan, string Tunnel, string Overlay)
{
    public static ScopeText Of(in Scope scope)
    {
        var (vlan, innerVlan) = scope.Vlans;
        return new(vlan, innerVlan, scope.Tunnel, scope.Overlay);
    }
}
