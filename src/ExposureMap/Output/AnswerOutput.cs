using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Output;

/// <summary>Prints the rows of an answer, and what the answer is worth.</summary>
internal static class AnswerOutput
{
    public static void Print<T>(
        string plural, ImmutableArray<Column<T>> columns, IEnumerable<T> rows, CoverageAnswer coverage, CutOff cutOff,
        MapSnapshot map, RowFormat format)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var writer = new RowWriter<T>(output, format, plural, columns);
        foreach (var row in rows) writer.Write(row);
        writer.End(json =>
        {
            Coverage.Write(json, map);
            AnswerWorth.Write(json, coverage);
            json.WriteBoolean("complete", cutOff == CutOff.None);
            if (cutOff != CutOff.None) json.WriteString("cut_off", cutOff.ToString().ToLowerInvariant());
        });
        if (format is RowFormat.Table or RowFormat.Csv) PrintWorth(coverage, cutOff);
    }

    /// <summary>For people, on standard error: an empty list alone is never an answer.</summary>
    public static void PrintWorth(CoverageAnswer coverage, CutOff cutOff)
    {
        var watched = coverage.First.IsNever
            ? "nothing was watched"
            : $"watched {coverage.First} to {coverage.Last} in {coverage.Captures.Length} capture{(coverage.Captures.Length == 1 ? "" : "s")}";
        Console.Error.WriteLine(coverage.Absence == Absence.None ? watched : $"{coverage.Absence.Word()} ({watched})");
        foreach (var reason in coverage.Reasons) Console.Error.WriteLine($"  {reason}");
        if (cutOff == CutOff.Results) Console.Error.WriteLine("  there are more than were asked for");
        else if (cutOff != CutOff.None)
            Console.Error.WriteLine($"  not complete: the search ended at its bound of {cutOff.ToString().ToLowerInvariant()}");
    }
}
