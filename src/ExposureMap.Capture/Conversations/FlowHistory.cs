using System.Runtime.CompilerServices;

namespace ExposureMap.Capture.Conversations;

/// <summary>Zeek's <c>history</c>: one letter for each kind of packet when it is first seen from a side, capitals for the originator's.</summary>
internal struct FlowHistory
{
    private const string Letters = "shadfr";                      // SYN, SYN-ACK, pure ACK, data, FIN, RST

    [InlineArray(12)]
    private struct Places
    {
        private byte _first;
    }

    private Places _places;
    private byte _count;
    private ushort _seen;

    public void Add(char letter, bool fromLow)
    {
        var place = Letters.IndexOf(letter, StringComparison.Ordinal) * 2 + (fromLow ? 1 : 0);
        if ((_seen & 1 << place) != 0) return;
        _seen |= (ushort)(1 << place);
        _places[_count++] = (byte)place;
    }

    /// <param name="isFlipped">The originator is not who came first: Zeek writes a caret in front.</param>
    public readonly string ToText(bool originatorIsLow, bool isFlipped)
    {
        Span<char> text = stackalloc char[13];
        var length = 0;
        if (isFlipped) text[length++] = '^';
        for (var index = 0; index < _count; index++)
        {
            var letter = Letters[_places[index] / 2];
            text[length++] = _places[index] % 2 == 1 == originatorIsLow ? char.ToUpperInvariant(letter) : letter;
        }

        return new string(text[..length]);
    }
}
