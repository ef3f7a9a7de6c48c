using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>What protocols noted of one conversation: counts and the gravest messages, bounded. Made only for conversations that say something.</summary>
internal sealed class FlowLog
{
    /// <summary>About what one takes; what is fetched ahead of a frame.</summary>
    public const int Octets = 384;

    private const int MaximumFunctions = 256;
    private const int MaximumCarried = 6;
    private const int MaximumOperationsPerEffect = 8;
    private const int FewFunctions = 4;

    private struct FunctionCount
    {
        public string Protocol;
        public int Code;
        public bool FromLow;
        public long Count;
    }

    /// <summary>Most conversations repeat one or two functions: those are counted in place.</summary>
    [InlineArray(FewFunctions)]
    private struct Few
    {
        private FunctionCount _first;
    }

    public ProtocolMemory Memory;
    public FactsHeard Facts;
    public EffectTally LowEffects;
    public EffectTally HighEffects;
    private Few _few;
    private FunctionCount[] _more = [];
    private int _functions;
    private List<(Operation Operation, bool FromLow)>? _operations;
    private string[] _carried = [];
    private int _lowAsks;
    private int _highAsks;

    public ReadOnlySpan<string> Carried => _carried;

    /// <summary>Which end asks and commands, by the content of messages; null when nothing told.</summary>
    public bool? ClientIsLow => _lowAsks == _highAsks ? null : _lowAsks > _highAsks;

    public void Count(string protocol, int code, bool fromLow)
    {
        for (var index = 0; index < _functions; index++)
        {
            ref var one = ref FunctionAt(index);
            if (one.Code != code || one.FromLow != fromLow || !ReferenceEquals(one.Protocol, protocol) && one.Protocol != protocol) continue;
            one.Count++;
            return;
        }

        if (_functions == MaximumFunctions) return;
        if (_functions == FewFunctions + _more.Length) Array.Resize(ref _more, Math.Max(FewFunctions, 2 * _more.Length));
        FunctionAt(_functions++) = new() { Protocol = protocol, Code = code, FromLow = fromLow, Count = 1 };
    }

    public bool Keeps(Effect effect)
    {
        if (_operations is null) return true;
        var kept = 0;
        foreach (var one in _operations) if (one.Operation.Effect == effect) kept++;
        return kept < MaximumOperationsPerEffect;
    }

    public void Keep(Operation operation, bool fromLow) => (_operations ??= []).Add((operation, fromLow));

    public void Answer(bool accepted, bool fromLow)
    {
        if (_operations is null) return;
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
    public ImmutableArray<FunctionTally> Functions(bool fromLow, FunctionNames names)
    {
        var count = 0;
        for (var index = 0; index < _functions; index++) if (FunctionAt(index).FromLow == fromLow) count++;
        if (count == 0) return [];
        var functions = new FunctionTally[count];
        for (var index = _functions - 1; index >= 0; index--)
        {
            ref var one = ref FunctionAt(index);
            if (one.FromLow == fromLow) functions[--count] = new(names.Of(one.Protocol, one.Code), one.Count);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(functions);
    }

    public ImmutableArray<Operation> Operations => _operations is null ? [] : [.. _operations.Select(kept => kept.Operation)];

    private ref FunctionCount FunctionAt(int index)
    {
        if (index < FewFunctions) return ref _few[index];
        return ref _more[index - FewFunctions];
    }
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
