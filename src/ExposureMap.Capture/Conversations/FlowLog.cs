using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>What protocols noted of one conversation: counts and the gravest messages, bounded. Made only for conversations that say something.</summary>
internal sealed class FlowLog
{
    private const int MaximumFunctions = 256;
    private const int MaximumCarried = 6;
    private const int MaximumOperationsPerEffect = 8;

    public ProtocolMemory Memory;
    public EffectTally LowEffects;
    public EffectTally HighEffects;
    private readonly List<(string Protocol, int Code, bool FromLow, long Count)> _functions = [];
    private readonly List<(Operation Operation, bool FromLow)> _operations = new(0);
    private string[] _carried = [];
    private int _lowAsks;
    private int _highAsks;

    public ReadOnlySpan<string> Carried => _carried;

    /// <summary>Which end asks and commands, by the content of messages; null when nothing told.</summary>
    public bool? ClientIsLow => _lowAsks == _highAsks ? null : _lowAsks > _highAsks;

    public void Count(string protocol, int code, bool fromLow)
    {
        for (var index = 0; index < _functions.Count; index++)
        {
            var one = _functions[index];
            if (one.Code != code || one.FromLow != fromLow || !ReferenceEquals(one.Protocol, protocol) && one.Protocol != protocol) continue;
            _functions[index] = one with { Count = one.Count + 1 };
            return;
        }

        if (_functions.Count < MaximumFunctions) _functions.Add((protocol, code, fromLow, 1));
    }

    public bool Keeps(Effect effect)
    {
        var kept = 0;
        foreach (var one in _operations) if (one.Operation.Effect == effect) kept++;
        return kept < MaximumOperationsPerEffect;
    }

    public void Keep(Operation operation, bool fromLow) => _operations.Add((operation, fromLow));

    public void Answer(bool accepted, bool fromLow)
    {
        for (var index = _operations.Count - 1; index >= 0; index--)
        {
            if (_operations[index].FromLow == fromLow || _operations[index].Operation.Accepted is not null) continue;
            _operations[index] = (_operations[index].Operation with { Accepted = accepted }, !fromLow);
            return;
        }
    }

    public bool Carry(string protocol)
    {
        if (_carried.Length == MaximumCarried || Array.IndexOf(_carried, protocol) >= 0) return false;
        _carried = [.. _carried, protocol];
        return true;
    }

    public void Vote(bool clientIsLow)
    {
        if (clientIsLow) _lowAsks++;
        else _highAsks++;
    }

    /// <summary>Messages by <c>protocol.code</c>.</summary>
    public IReadOnlyDictionary<string, long> Functions(bool fromLow, FunctionNames names)
    {
        var count = 0;
        foreach (var one in _functions) if (one.FromLow == fromLow) count++;
        if (count == 0) return Conversation.NoFunctions;
        var functions = new Dictionary<string, long>(count, StringComparer.Ordinal);
        foreach (var one in _functions) if (one.FromLow == fromLow) functions.Add(names.Of(one.Protocol, one.Code), one.Count);
        return functions;
    }

    public ImmutableArray<Operation> Operations => _operations.Count == 0 ? [] : [.. _operations.Select(kept => kept.Operation)];
}

/// <summary>Names of functions as conversations tell them (<c>modbus.3</c>), each made once.</summary>
internal sealed class FunctionNames
{
    private const int MaximumNames = 1 << 14;

    private readonly Dictionary<(string Protocol, int Code), string> _names = [];

    public string Of(string protocol, int code)
    {
        if (_names.TryGetValue((protocol, code), out var name)) return name;
        name = string.Create(CultureInfo.InvariantCulture, $"{protocol}.{code}");
        if (_names.Count < MaximumNames) _names.Add((protocol, code), name);
        return name;
    }
}
