using System.Globalization;

namespace ExposureMap.Output;

/// <summary>One field of a CSV line: RFC 4180 quotes, and no field that a spreadsheet would run as a formula (OWASP, "CSV injection").</summary>
internal static class CsvField
{
    private const string FormulaStarts = "=+-@\t\r\n";

    public static string Escape(string text)
    {
        if (IsFormula(text)) text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    /// <summary>Spreadsheets skip spaces and quotes before they look; a plain number is none.</summary>
    private static bool IsFormula(string text)
    {
        var start = text.AsSpan().TrimStart(" \"'\u00A0");
        return start.Length > 0 && FormulaStarts.Contains(start[0], StringComparison.Ordinal)
            && !double.TryParse(text, CultureInfo.InvariantCulture, out _);
    }
}
