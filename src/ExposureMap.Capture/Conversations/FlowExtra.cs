using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>What few conversations have: kept apart, so that it costs the others nothing.</summary>
internal sealed class FlowExtra
{
    private const int MaximumFunctions = 256 - FlowLog.FewFunctions;
    private const int MaximumCarried = 6;
    private const int MaximumOperationsPerEffect = 8;

    private List<FunctionCount>? _functions;
    private List<(Operation Operation, bool FromLow)>? _operations;
    private string[] _carried = [];
    private RememberedValues? _remembered;

    /// <summary>Its key beyond a router, in another scope, where a mirror sees the answers first; null when no copy was seen there.</summary>
    public FlowKey? FarSide;

    public IcmpVerdict IcmpVerdict;
    public Address IcmpSource;

    /// <summary>Functions beyond the few that every log has room for.</summary>
    public ReadOnlySpan<FunctionCount> Functions => CollectionsMarshal.AsSpan(_functions);

    /// <summary>Protocols carried inside, outermost first.</summary>
    public ReadOnlySpan<string> Carried => _carried;

    public ImmutableArray<Operation> Operations => _operations is null ? [] : [.. _operations.Select(kept => kept.Operation)];

    public void Count(ushort protocol, int code, bool fromLow)
    {
        foreach (ref var one in CollectionsMarshal.AsSpan(_functions))
        {
            if (one.Code != code || one.FromLow != fromLow || one.Protocol != protocol) continue;
            one.Count = FlowLog.Increased(one.Count);
            return;
        }

        _functions ??= [];
        if (_functions.Count < MaximumFunctions) _functions.Add(new(code, 1, protocol, fromLow));
    }

    /// <summary>False when that was known, or is too much.</summary>
    public bool Carry(string protocol)
    {
        if (_carried.Length >= MaximumCarried || _carried.Contains(protocol)) return false;
        _carried = [.. _carried, protocol];
        return true;
    }

    public void Remember(ulong number, ulong value) => (_remembered ??= new())[number] = value;

    public ulong Recall(ulong number) => _remembered?[number] ?? 0;

    public bool Keeps(Effect effect)
    {
        var kept = 0;
        foreach (ref readonly var one in CollectionsMarshal.AsSpan(_operations)) if (one.Operation.Effect == effect) kept++;
        return kept < MaximumOperationsPerEffect;
    }

    public void Keep(Operation operation, bool fromLow) => (_operations ??= []).Add((operation, fromLow));

    /// <summary>True when a kept message was waiting for that answer.</summary>
    public bool Answer(bool accepted, bool fromLow)
    {
        if (_operations is null) return false;
        for (var index = _operations.Count - 1; index >= 0; index--)
        {
            if (_operations[index].FromLow == fromLow || _operations[index].Operation.Accepted is not null) continue;
            _operations[index] = (_operations[index].Operation with { Accepted = accepted }, !fromLow);
            return true;
        }

        return false;
    }
}
