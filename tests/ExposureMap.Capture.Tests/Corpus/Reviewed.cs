namespace ExposureMap.Capture.Tests.Corpus;

/// <summary>
/// The differences in which tshark is wrong or silent, each looked at by somebody: <c>reviewed.tsv</c> beside this file, in the format of compare.py
/// (capture, kind, end, end, reason; without ends for all of a capture).
/// </summary>
internal static class Reviewed
{
    private static readonly HashSet<(string Capture, string Kind, string First, string Second)> Known = Read();

    public static bool Excuses(string capture, string kind, Ends ends) =>
        Known.Contains((capture, kind, "", "")) || Known.Contains((capture, kind, ends.First, ends.Second))
        || Known.Contains((capture, kind, ends.Second, ends.First));

    private static HashSet<(string, string, string, string)> Read()
    {
        var path = Path.Combine(Repository.Root, "tests", "ExposureMap.Capture.Tests", "Corpus", "reviewed.tsv");
        var known = new HashSet<(string, string, string, string)>();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var cells = line.Split('\t');
            known.Add(cells.Length < 5 ? (cells[0], cells[1], "", "") : (cells[0], cells[1], cells[2], cells[3]));
        }

        return known;
    }
}
