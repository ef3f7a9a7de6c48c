using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ExposureMap.Capture.Protocols;

namespace ExposureMap.Capture.Conversations;

/// <summary>How often a side sent one message.</summary>
/// <param name="Protocol">Whose function it is, by <see cref="ProtocolNames"/>.</param>
internal record struct FunctionCount(int Code, uint Count, ushort Protocol, bool FromLow);

/// <summary>
/// What protocols counted of one conversation. A row only of conversations that say something, three lines of the processor's cache.
/// </summary>
internal struct FlowLog
{
    /// <summary>Most conversations repeat one or two functions: those are counted here, others in <see cref="FlowExtra"/>.</summary>
    public const int FewFunctions = 4;

    [InlineArray(FewFunctions)]
    private struct Few
    {
        private FunctionCount _first;
    }

    public EffectCounts Effects;
    private Few _few;

    /// <summary>How many messages more told that the lower end asks than that the higher one does.</summary>
    private int _lowAsks;
    private int _functions;
    public ProtocolMemory Memory;
    public FactsHeard Facts;

    /// <summary>Which end asks and commands, by the content of messages; null when nothing told.</summary>
    public readonly bool? ClientIsLow => _lowAsks == 0 ? null : _lowAsks > 0;

    [UnscopedRef]
    public readonly ReadOnlySpan<FunctionCount> Functions => ((ReadOnlySpan<FunctionCount>)_few)[.._functions];

    /// <summary>Counts a message; false when it is another function than those there is room for.</summary>
    public bool Count(ushort protocol, int code, bool fromLow)
    {
        for (var index = 0; index < _functions; index++)
        {
            ref var one = ref _few[index];
            if (one.Code != code || one.FromLow != fromLow || one.Protocol != protocol) continue;
            one.Count = Increased(one.Count);
            return true;
        }

        if (_functions == FewFunctions) return false;
        _few[_functions++] = new(code, 1, protocol, fromLow);
        return true;
    }

    /// <summary>True when it tells now what it did not tell before.</summary>
    public bool Vote(bool clientIsLow)
    {
        var before = ClientIsLow;
        _lowAsks += clientIsLow ? 1 : -1;
        return ClientIsLow != before;
    }

    /// <summary>Stops at four thousand million messages of one kind.</summary>
    public static uint Increased(uint count) => count == uint.MaxValue ? count : count + 1;
}
