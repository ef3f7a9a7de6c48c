using System.Text.Json;
using ExposureMap.Capture.Sources;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

/// <summary>The reader against what tshark counts in real captures of others.</summary>
public sealed class SharedCapturesTests
{
    /// <summary>tshark 4.0 does not know this file's link type (281, Broadcom tag) and reads none of its frames.</summary>
    private const string UnknownToTshark = "brcm-tag.pcap";

    [Fact]
    public void Read_EveryRealCapture_CountsFramesAsTshark()
    {
        var shared = Repository.SharedCaptures;
        Assert.SkipWhen(shared is null, "The shared captures are not beside the project.");
        var differences = new List<string>();
        var compared = 0;
        foreach (var truth in Directory.EnumerateFiles(Path.Combine(shared, "truth"), "*.json").Order(StringComparer.Ordinal))
        {
            var names = Path.GetFileNameWithoutExtension(truth).Split('~', 2);
            var path = Path.Combine(shared, "pcaps", names[0], names[1]);
            using var json = JsonDocument.Parse(File.ReadAllBytes(truth));
            var expected = json.RootElement.GetProperty("frames").GetInt64();
            var complaint = json.RootElement.GetProperty("tshark_rc").GetInt32() != 0;
            var (last, problem) = Read(path);
            compared++;
            if (names[1].EndsWith(UnknownToTshark, StringComparison.Ordinal)) continue;
            if (last != expected) differences.Add($"{path}: {last} instead of {expected}");
            if (complaint != problem is not null) differences.Add($"{path}: {problem ?? "no problem told"}");
        }

        Assert.Empty(differences);
        Assert.True(compared > 100);
    }

    private static (long Last, string? Problem) Read(string path)
    {
        using var source = CaptureFile.OpenFile(path);
        var batch = new FrameBatch();
        while (source.Read(batch, TestContext.Current.CancellationToken))
        {
            foreach (ref readonly var record in batch.Records) Assert.InRange(record.Offset + record.CapturedLength, 0, batch.Buffer.Length);
        }

        return (source.Frames, source.Problem);
    }
}
