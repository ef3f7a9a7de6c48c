using System.Numerics;

namespace ExposureMap.Capture.Conversations;

/// <summary>Zeek's <c>history</c>: one letter for each kind of packet when it is first seen from a side, capitals for the originator's.</summary>
internal record struct FlowHistory
{
    private const string Letters = "shadfr";                      // SYN, SYN-ACK, pure ACK, data, FIN, RST
    private const int Kinds = 12;                                 // a letter, and whether the lower end sent it
    private const int KindBits = 4;

    /// <summary>The kinds in the order they came, four bits each; above them one bit for each kind that came.</summary>
    private ulong _kinds;

    public void Add(char letter, bool fromLow)
    {
        var kind = Letters.IndexOf(letter, StringComparison.Ordinal) * 2 + (fromLow ? 1 : 0);
        var seen = 1ul << Kinds * KindBits + kind;
        if ((_kinds & seen) != 0) return;
        _kinds |= seen | (ulong)kind << Count * KindBits;
    }

    private readonly int Count => BitOperations.PopCount(_kinds >> Kinds * KindBits);

    /// <param name="isFlipped">The originator is not who came first: Zeek writes a caret in front.</param>
    public readonly string ToText(bool originatorIsLow, bool isFlipped)
    {
        Span<char> text = stackalloc char[Kinds + 1];
        var length = 0;
        if (isFlipped) text[length++] = '^';
        for (var index = 0; index < Count; index++)
        {
            var kind = (int)(_kinds >> index * KindBits) & (1 << KindBits) - 1;
            text[length++] = kind % 2 == 1 == originatorIsLow ? char.ToUpperInvariant(Letters[kind / 2]) : Letters[kind / 2];
        }

        return new string(text[..length]);
    }
}
