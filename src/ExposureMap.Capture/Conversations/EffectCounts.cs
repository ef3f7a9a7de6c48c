using System.Runtime.CompilerServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Messages of each side by effect.</summary>
[InlineArray(2 * EffectWords.Count)]
internal struct EffectCounts
{
    private uint _first;

    /// <summary>Counts a message that does this; true for the side's first one.</summary>
    public bool Count(Effect effect, bool fromLow)
    {
        ref var count = ref this[Place(effect, fromLow)];
        count = FlowLog.Increased(count);
        return count == 1;
    }

    public readonly EffectTally Of(bool low)
    {
        EffectTally tally = default;
        for (var effect = default(Effect); (int)effect < EffectWords.Count; effect++) tally[effect] = this[Place(effect, low)];
        return tally;
    }

    private static int Place(Effect effect, bool low) => (low ? EffectWords.Count : 0) + (int)effect;
}
