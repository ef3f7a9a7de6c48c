namespace ExposureMap.Capture.Protocols;

/// <summary>What the lines and blocks of IEC 62056-21 look like: identification, data telegram, command, data, selection, block check.</summary>
internal static class Iec62056Shapes
{
    public const byte Soh = 0x01, Stx = 0x02, Etx = 0x03, Ack = 0x06, Nak = 0x15, Slash = (byte)'/', End = (byte)'!', LineFeed = 0x0A;

    /// <summary>SOH, command letter, command type, STX or ETX; section 6.3.3: an acknowledgement is ACK, protocol, baud, mode, CR, LF.</summary>
    public const int CommandOffset = 1, TypeOffset = 2, MarkOffset = 3, ModeOffset = 3, SelectionOctets = 6, ShortestCommand = 5;

    /// <summary>
    /// Slash, three letters of the maker, baud rate character, type of at most 16 characters, CR, LF (section 6.3.2); sign-on addresses have at most
    /// 32.
    /// </summary>
    public const int BaudOffset = 4, TypeTextOffset = 5, ShortestIdentification = 7, LongestLine = 40;

    public static bool IsIdentification(ReadOnlySpan<byte> line)
    {
        if (line.Length < ShortestIdentification || !char.IsAsciiLetterUpper((char)line[1]) || !char.IsAsciiLetterUpper((char)line[2])
            || !char.IsAsciiLetter((char)line[3]))
            return false;
        if (line[BaudOffset] is not ((>= (byte)'0' and <= (byte)'9') or (>= (byte)'A' and <= (byte)'I'))) return false;
        var end = line.IndexOf("\r\n"u8);
        return end is >= TypeTextOffset and <= LongestLine && line[TypeTextOffset..end].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
    }

    /// <summary>A consumer port (P1) pushes the identification, an empty line and the data as one telegram.</summary>
    public static bool IsTelegram(ReadOnlySpan<byte> stream, int line) => stream[line..].StartsWith("\r\n"u8) && stream.Length > line + 2;

    public static int EndOfTelegram(ReadOnlySpan<byte> stream)
    {
        var end = stream.IndexOf(End);
        var feed = end < 0 ? -1 : stream[end..].IndexOf(LineFeed);
        return feed < 0 ? 0 : end + feed + 1;
    }

    public static bool IsCommand(ReadOnlySpan<byte> message) =>
        message[CommandOffset] is (byte)'P' or (byte)'W' or (byte)'R' or (byte)'E' or (byte)'B'
        && message[TypeOffset] is >= (byte)'0' and <= (byte)'6' && message[MarkOffset] is Stx or Etx;

    public static bool IsData(ReadOnlySpan<byte> message) => message.IndexOf((byte)'(') is > 0 and < LongestLine;

    public static bool IsSelection(ReadOnlySpan<byte> message) =>
        message[1] is >= (byte)'0' and <= (byte)'2' && char.IsAsciiLetterOrDigit((char)message[2])
        && message[ModeOffset] is >= (byte)'0' and <= (byte)'9' && message.EndsWith("\r\n"u8);

    /// <summary>The block check character is the exclusive or of all octets after SOH or STX up to ETX (ISO 1155).</summary>
    public static bool Checks(ReadOnlySpan<byte> message)
    {
        var etx = message.IndexOf(Etx);
        if (etx < 0 || etx + 2 != message.Length) return false;
        byte check = 0;
        foreach (var octet in message[1..(etx + 1)])
        {
            if (octet > 0x7F) return false;
            check ^= octet;
        }

        return check == message[^1];
    }
}
