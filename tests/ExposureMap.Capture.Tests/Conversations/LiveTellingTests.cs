using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Map;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>
/// A map that was told of conversations while they grew, again and again, counts the same as one that was told of each only at its end. (The times of
/// a conduit still include a conversation that turned out to belong to another one.)
/// </summary>
public sealed class LiveTellingTests
{
    private const int FramesPerLook = 3;

    [Theory]
    [InlineData("tests/Samples", 80)]
    [InlineData("../shared/captures/pcaps", 100)]
    public void TellChanges_EveryCapture_CountsAsIfToldOnce(string folder, int least)
    {
        var path = Path.Combine(Repository.Root, folder);
        Assert.SkipUnless(Directory.Exists(path), $"{folder} is missing");
        var captures = Directory.EnumerateFiles(path, "*cap*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length < 1 << 20)
            .Order(StringComparer.Ordinal).Count(Agrees);

        Assert.True(captures >= least, $"only {captures} captures");
    }

    private static bool Agrees(string path)
    {
        try
        {
            Assert.Equal(Conduits(path, isLive: false), Conduits(path, isLive: true));
            return true;
        }
        catch (CaptureException)
        {
            return false;                                         // other tests say which files are no captures
        }
    }

    private static List<string> Conduits(string path, bool isLive)
    {
        var map = new LiveMap();
        var table = new ConversationTable(map) { TracksChanges = isLive };
        using var source = CaptureFile.OpenFile(path);
        var batch = new FrameBatch();
        while (source.Read(batch, TestContext.Current.CancellationToken))
        {
            foreach (ref readonly var record in batch.Records)
            {
                table.Process(batch.Octets(record), record, batch.CaptureOf(record));
                if (isLive && record.Number % FramesPerLook == 0) table.TellChanges();
            }
        }

        table.Flush();
        var frozen = map.Freeze();
        return [.. Enumerable.Range(0, frozen.Conduits.Count).Where(row => frozen.Conduits[row].Conversations > 0)
            .Select(row => Text(frozen, frozen.Conduits[row])).Order(StringComparer.Ordinal)];
    }

    private static string Text(MapRecord map, in ConduitRow row)
    {
        var effects = row.Effects < 0 ? default : map.Effects[row.Effects];
        var outcomes = string.Join(' ', row.Established, row.Midstream, row.Attempted, row.Rejected, row.Blocked, row.OneWay, row.Certain);
        return $"{map.Endpoints[row.From].Address} {map.Endpoints[row.To].Address} {map.Services[row.Service]} {row.Octets} {outcomes} {Counts(effects.Forward)} {Counts(effects.Backward)}";
    }

    private static string Counts(Graph.Observation.EffectTally tally) => string.Join(' ', [.. (ReadOnlySpan<long>)tally]);
}
