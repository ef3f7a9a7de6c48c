using System.Globalization;
using System.Text;
using Xunit;

namespace ExposureMap.Capture.Tests.Corpus;

/// <summary>
/// The program against tshark on real captures: conversations, frame counts, originators, outcomes, protocols, function counts.
/// Prints a table per file and per protocol. A difference fails unless it stands in reviewed.tsv.
/// </summary>
public sealed class TruthAgreementTests(ITestOutputHelper output)
{
    private readonly StringBuilder _table = new();
    private readonly List<string> _differences = [];
    private readonly SortedDictionary<string, (int Named, int Agreed)> _protocols = new(StringComparer.Ordinal);
    private int _truth, _found, _reviewed;

    [Fact]
    public void Conversations_OfEveryCaptureWithTruth_AgreeWithTshark()
    {
        if (Repository.SharedCaptures is not { } captures)
        {
            Assert.Skip("../shared/captures is missing: real captures with truth made by tshark");
            return;
        }

        foreach (var truth in Directory.EnumerateFiles(Path.Combine(captures, "truth"), "*.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(truth).Replace('~', '/');
            var path = Path.Combine(captures, "pcaps", name);
            if (!File.Exists(path)) continue;
            var program = ProgramSides.Read(path);
            Assert.Equal(program.Counters.Received, program.Counters.Accounted);
            Compare(name, TruthFile.Read(truth), program.Sides);
        }

        foreach (var (protocol, (named, agreed)) in _protocols) _table.AppendLine(CultureInfo.InvariantCulture, $"{protocol,-16} {agreed}/{named}");
        _table.AppendLine(CultureInfo.InvariantCulture,
            $"found {_found}/{_truth} conversations, {_reviewed} differences reviewed, {_differences.Count} not; mean recall {_protocols.Values.Average(one => (double)one.Agreed / one.Named):0.000} over {_protocols.Count} protocols");
        output.WriteLine(_table.ToString());
        Assert.True(_differences.Count == 0, string.Join('\n', _differences));
    }

    private void Compare(string capture, Dictionary<Ends, Side> truth, Dictionary<Ends, Side> program)
    {
        var before = _differences.Count;
        var found = 0;
        foreach (var (ends, expected) in truth)
        {
            if (program.TryGetValue(ends, out var actual))
            {
                found++;
                CompareOne(capture, ends, expected, actual);
            }
            else Differ(capture, "missing", ends, "the program does not have it");
        }

        foreach (var ends in program.Keys.Except(truth.Keys)) Differ(capture, "extra", ends, "tshark does not have it");
        (_truth, _found) = (_truth + truth.Count, _found + found);
        _table.AppendLine(CultureInfo.InvariantCulture, $"{capture,-90} found {found}/{truth.Count}  differences {_differences.Count - before}");
    }

    private void CompareOne(string capture, Ends ends, Side expected, Side actual)
    {
        var isSame = expected.Frames.All(one => actual.Frames.GetValueOrDefault(one.Key) == one.Value);
        if (!isSame && (actual.Duplicates == 0 || actual.Frames.Values.Sum() + actual.Duplicates != expected.Frames.Values.Sum()))
            Differ(capture, "frames", ends, $"{Text(expected.Frames)} but {Text(actual.Frames)}");
        if (expected.Originators.Count > 0 && !expected.Originators.Overlaps(actual.Originators))
            Differ(capture, "originator", ends, $"{string.Join(' ', expected.Originators)} but {string.Join(' ', actual.Originators)}");
        if (expected.IsEstablished is { } established && established != (actual.IsEstablished == true))
            Differ(capture, "outcome", ends, $"established {established}");
        CompareProtocol(capture, ends, expected, actual);
        if (expected.Functions.Count == 0) return;
        var prefixes = expected.Functions.Keys.Select(key => key.Split('.')[0]).ToHashSet(StringComparer.Ordinal);
        var mine = actual.Functions.Where(one => prefixes.Contains(one.Key.Split('.')[0])).ToList();
        if (!mine.SequenceEqual(expected.Functions)) Differ(capture, "functions", ends, $"{Text(expected.Functions)} but {Text(mine)}");
    }

    private void CompareProtocol(string capture, Ends ends, Side expected, Side actual)
    {
        if (expected.Services.Count > 0)
        {
            var label = expected.Services.Order(StringComparer.Ordinal).First();
            var agrees = expected.Services.Overlaps(actual.Services);
            var (named, agreed) = _protocols.GetValueOrDefault(label);
            _protocols[label] = (named + 1, agreed + (agrees ? 1 : 0));
            if (!agrees) Differ(capture, "protocol", ends, $"{string.Join(' ', expected.Services)} but {string.Join(' ', actual.Services)}");
        }

        var mistaken = actual.ServicesByPayload.Intersect(TruthFile.FieldProtocols).Except(expected.Services).ToList();
        if (mistaken.Count > 0) Differ(capture, "false", ends, string.Join(' ', mistaken));
    }

    private void Differ(string capture, string kind, Ends ends, string what)
    {
        if (Reviewed.Excuses(capture, kind, ends)) _reviewed++;
        else _differences.Add($"{capture}\t{kind}\t{ends.First}\t{ends.Second}\t{what}");
    }

    private static string Text(IEnumerable<KeyValuePair<string, long>> counts) =>
        string.Join(' ', counts.Take(12).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}={one.Value}")));
}
