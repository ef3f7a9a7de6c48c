namespace ExposureMap.Configuration;

/// <summary>What someone who mistyped a word may have meant.</summary>
internal static class Nearest
{
    private const int LongestWord = 40;     // longer ones are no typing mistakes, and comparing them takes time
    private const int MostCompared = 2_000;
    private const int MostListed = 12;

    /// <summary><c>did you mean 'metering'?</c>, or the words there are when they are few and none is near.</summary>
    public static string Hint(string word, IEnumerable<string> words)
    {
        var known = words.Order(StringComparer.Ordinal).ToArray();
        var limit = word.Length < 3 ? 0 : Math.Max(1, word.Length / 3);
        var near = known.Where(candidate => word.Length <= LongestWord && Math.Abs(candidate.Length - word.Length) <= limit)
            .Take(MostCompared)
            .Select(candidate => (Word: candidate, Distance: Distance(word.ToLowerInvariant(), candidate)))
            .Where(candidate => candidate.Distance <= limit);
        if (near.OrderBy(candidate => candidate.Distance).Select(candidate => candidate.Word).FirstOrDefault() is { } nearest)
            return $"did you mean '{Quoted.Plain(nearest)}'?";
        return known.Length is > 0 and <= MostListed ? $"one of {string.Join(", ", known.Select(Quoted.Plain))}" : "";
    }

    /// <summary>Letters to insert, drop or replace, or neighbours to swap.</summary>
    internal static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var row = 0; row <= left.Length; row++)
        {
            for (var column = 0; column <= right.Length; column++)
            {
                if (row == 0 || column == 0)
                {
                    rows[row, column] = row + column;
                    continue;
                }

                var replace = rows[row - 1, column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                rows[row, column] = Math.Min(replace, Math.Min(rows[row - 1, column], rows[row, column - 1]) + 1);
                if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
                    rows[row, column] = Math.Min(rows[row, column], rows[row - 2, column - 2] + 1);
            }
        }

        return rows[left.Length, right.Length];
    }
}
