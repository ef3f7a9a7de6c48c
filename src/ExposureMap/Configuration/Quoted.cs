namespace ExposureMap.Configuration;

/// <summary>Text of a file as it may appear in a message: one short line without control characters, which could steer a terminal.</summary>
internal static class Quoted
{
    private const int LongestShown = 60;

    public static string Text(string text) => $"'{Plain(text.Length > LongestShown ? text[..LongestShown] + "..." : text)}'";

    public static string Plain(string text) => string.Concat(text.Select(letter => IsPlain(letter) ? letter : '?'));

    /// <summary>U+2028 and U+2029 end lines in YAML, U+202A to U+202E and U+2066 to U+2069 turn the direction of text around.</summary>
    public static bool IsPlain(char letter) =>
        !char.IsControl(letter) && letter is not ((>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF');
}
