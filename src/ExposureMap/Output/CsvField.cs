namespace ExposureMap.Output;

/// <summary>One field of a CSV line: RFC 4180 quotes, and no field that a spreadsheet would run as a formula.</summary>
internal static class CsvField
{
    private const string FormulaStarts = "=+-@\t\r";

    public static string Escape(string text)
    {
        if (text.Length > 0 && FormulaStarts.Contains(text[0], StringComparison.Ordinal) && !double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _)) text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
