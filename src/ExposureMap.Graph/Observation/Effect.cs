using System.Runtime.CompilerServices;

namespace ExposureMap.Graph.Observation;

/// <summary>What an application message does to its receiver, from harmless to grave (contract, "effect").</summary>
public enum Effect : byte
{
    Report, Identify, Read, Opaque, Admin, Write, Control, Program,
}

public static class EffectWords
{
    public const int Count = 8;

    private static readonly string[] Words = ["report", "identify", "read", "opaque", "admin", "write", "control", "program"];

    public static string Word(this Effect effect) => Words[(int)effect];

    public static bool TryParse(string word, out Effect effect)
    {
        var index = Array.IndexOf(Words, word);
        effect = (Effect)Math.Max(index, 0);
        return index >= 0;
    }
}

/// <summary>Messages counted by effect.</summary>
[InlineArray(EffectWords.Count)]
public struct EffectTally
{
    private long _first;

    public long this[Effect effect]
    {
        readonly get => this[(int)effect];
        set => this[(int)effect] = value;
    }

    public readonly bool IsEmpty
    {
        get
        {
            foreach (var count in this) if (count != 0) return false;
            return true;
        }
    }

    /// <summary>A bit for each effect that was counted.</summary>
    public readonly byte Kinds
    {
        get
        {
            var kinds = 0;
            for (var index = 0; index < EffectWords.Count; index++) if (this[index] != 0) kinds |= 1 << index;
            return (byte)kinds;
        }
    }

    /// <summary>The gravest effect counted, or null when none was.</summary>
    public readonly Effect? Strongest
    {
        get
        {
            for (var index = EffectWords.Count - 1; index >= 0; index--) if (this[index] != 0) return (Effect)index;
            return null;
        }
    }

    public void Add(in EffectTally other, int sign = 1)
    {
        for (var index = 0; index < EffectWords.Count; index++) this[index] += sign * other[index];
    }
}
