using System.Text;

namespace ExposureMap.Capture.Protocols;

/// <summary>Lines and header fields of the text protocols (RFC 9112 section 2.1, RFC 3261 section 7, RFC 5321 section 2.3.8).</summary>
internal static class TextHead
{
    /// <summary>The first line, without its line end; everything when the line has no end.</summary>
    public static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        return (end < 0 ? text : text[..end]).TrimEnd("\r"u8);
    }

    /// <summary>The value of a header field, blanks trimmed; nothing when it is not there. The name is given with its colon.</summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        while (true)
        {
            var end = head.IndexOf((byte)'\n');
            if (end < 0) return default;
            head = head[(end + 1)..];
            if (head.Length == 0 || head[0] is (byte)'\r' or (byte)'\n') return default;
            if (StartsWith(head, name)) return FirstLine(head)[name.Length..].Trim(" \t"u8);
        }
    }

    public static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);

    /// <summary>Is the word anywhere in the text, in capitals or not? The word is not empty.</summary>
    public static bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        while (text.Length >= word.Length)
        {
            var next = text.IndexOfAny((byte)(word[0] | 0x20), (byte)(word[0] & ~0x20), word[0]);
            if (next < 0) return false;
            text = text[next..];
            if (StartsWith(text, word)) return true;
            text = text[1..];
        }

        return false;
    }

    /// <summary>The octets before the first blank.</summary>
    public static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        return end < 0 ? text : text[..end];
    }

    public static ReadOnlySpan<byte> AfterWord(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        return end < 0 ? default : text[(end + 1)..].TrimStart((byte)' ');
    }

    /// <summary>Printable ASCII, blanks and line ends only.</summary>
    public static bool IsText(ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets) if (octet is < 0x20 and not ((byte)'\r' or (byte)'\n' or (byte)'\t') or >= 0x7F) return false;
        return true;
    }
}
