using System.Buffers;
using System.Globalization;
using System.Text;

namespace ExposureMap.Capture.Identity;

/// <summary>
/// Text from the wire made fit to be kept: one line of at most <see cref="MaximumLength"/> characters, without controls and without anything that
/// hides or turns text around (bidirectional marks, zero-width and default-ignorable characters, lone surrogates), trimmed, blanks folded to one.
/// Quotes, brackets and backslashes stay: escaping them is each sink's own business.
/// </summary>
internal static class WireText
{
    public const int MaximumLength = 255;

    /// <summary>A name longer than this is not read further: four octets for each character that may stay, and as many again that may go.</summary>
    private const int MaximumOctets = MaximumLength * 8;

    /// <summary>UTF-8 where the octets are valid UTF-8 (a character cut off at the end is dropped), else Latin-1.</summary>
    public static string Clean(ReadOnlySpan<byte> octets)
    {
        if (octets.Length <= MaximumLength && Ascii.IsValid(octets) && Encoding.ASCII.GetString(octets) is var plain && IsClean(plain)) return plain;
        if (octets.Length > MaximumOctets) octets = octets[..MaximumOctets];
        var isUtf8 = IsUtf8(octets);
        var line = new Line(stackalloc char[MaximumLength]);
        while (octets.Length > 0 && !line.IsFull)
        {
            var rune = new Rune(octets[0]);
            var used = 1;
            if (isUtf8 && octets[0] >= 0x80 && Rune.DecodeFromUtf8(octets, out rune, out used) != OperationStatus.Done) break;
            line.Append(rune);
            octets = octets[used..];
        }

        return line.ToString();
    }

    public static string Clean(string text)
    {
        if (IsClean(text)) return text;
        var line = new Line(stackalloc char[MaximumLength]);
        ReadOnlySpan<char> rest = text;
        while (rest.Length > 0 && !line.IsFull)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) == OperationStatus.Done) line.Append(rune);
            rest = rest[used..];
        }

        return line.ToString();
    }

    /// <summary>As nearly all of it is: graphic ASCII with single blanks between.</summary>
    private static bool IsClean(string text) => text is not ([' ', ..] or [.., ' ']) && text.Length <= MaximumLength
        && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains("  ", StringComparison.Ordinal);

    private static bool IsUtf8(ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0)
        {
            switch (Rune.DecodeFromUtf8(octets, out _, out var used))
            {
                case OperationStatus.NeedMoreData: return true;
                case OperationStatus.InvalidData: return false;
            }

            octets = octets[used..];
        }

        return true;
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
        // default-ignorable letters and marks (DerivedCoreProperties)
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFFA0
            or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF);

    private ref struct Line(Span<char> characters)
    {
        private readonly Span<char> _characters = characters;
        private int _length;
        private bool _blank;

        public bool IsFull { get; private set; }

        public void Append(Rune rune)
        {
            if (Rune.IsWhiteSpace(rune))
            {
                _blank = _length > 0;
                return;
            }

            if (IsHidden(rune)) return;
            if (_length + (_blank ? 1 : 0) + rune.Utf16SequenceLength > _characters.Length)
            {
                IsFull = true;
                return;
            }

            if (_blank) _characters[_length++] = ' ';
            _blank = false;
            _length += rune.EncodeToUtf16(_characters[_length..]);
        }

        public override readonly string ToString() => new(_characters[.._length]);
    }
}
