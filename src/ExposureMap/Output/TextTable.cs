using System.Collections.Immutable;

namespace ExposureMap.Output;

/// <summary>
/// Rows as lines of aligned words, as ps and kubectl print them: nothing is cut or folded, a narrow terminal breaks long lines by itself.
/// </summary>
internal static class TextTable
{
    /// <summary>Longer values do not widen their column for all rows.</summary>
    private const int WidestColumn = 48;
    private const string Gap = "  ";

    public static void Write<T>(TextWriter output, ImmutableArray<Column<T>> columns, IReadOnlyList<T> rows)
    {
        if (rows.Count == 0) return;
        var cells = rows.Select(row => columns.Select(column => column.Text(row)).ToArray()).ToList();
        var widths =
            columns.Select((column, place) =>
                cells.Select(line => line[place].Length).Where(length => length <= WidestColumn).Append(column.Name.Length).Max()).ToArray();
        WriteLine(output, columns, widths, [.. columns.Select(column => column.Name.ToUpperInvariant())]);
        foreach (var line in cells) WriteLine(output, columns, widths, line);
    }

    private static void WriteLine<T>(TextWriter output, ImmutableArray<Column<T>> columns, int[] widths, string[] cells) =>
        output.WriteLine(
            string.Join(Gap, cells.Select((cell, place) => columns[place].IsNumber ? cell.PadLeft(widths[place]) : cell.PadRight(widths[place])))
                .TrimEnd());
}
