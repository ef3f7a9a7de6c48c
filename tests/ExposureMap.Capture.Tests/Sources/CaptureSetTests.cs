using ExposureMap.Capture.Sources;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

public sealed class CaptureSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_RotatedFiles_AreReadInTimeOrderWhateverTheirNames()
    {
        _folder.Write("b/ring_00001.pcap", Seconds(1, 2, 3));
        _folder.Write("b/ring_00002.pcap", Seconds(7, 8));
        _folder.Write("b/ring_00000.pcap", Seconds(4, 5, 6));
        _folder.Write("b/notes.txt", "not a capture"u8.ToArray());
        _folder.Write("b/empty.pcap", []);

        var (frames, problem) = Read(_folder.Path);

        Assert.Null(problem);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], frames.Select(frame => frame.Nanoseconds / 1_000_000_000));
        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2], frames.Select(frame => frame.Number));
        Assert.EndsWith("ring_00000.pcap", frames[3].Capture, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OverlappingFiles_MergesTheirFramesAndKeepsWhereEachCameFrom()
    {
        var there = _folder.Write("there", Seconds(1, 3, 4, 8, 9));
        var back = _folder.Write("back", Seconds(2, 5, 6, 7));

        var (frames, _) = Read(back, there);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], frames.Select(frame => frame.Nanoseconds / 1_000_000_000));
        Assert.Equal([there, back, there, there, back, back, back, there, there], frames.Select(frame => frame.Capture));
        Assert.Equal([1, 1, 2, 3, 2, 3, 4, 4, 5], frames.Select(frame => frame.Number));
        Assert.All(frames, frame => Assert.Equal((byte)(frame.Nanoseconds / 1_000_000_000), frame.Octets[0]));
    }

    [Fact]
    public void Read_LongOverlappingFiles_LosesNothingAndKeepsTheOrder()
    {
        var even = _folder.Write("even", Seconds([.. Enumerable.Range(0, 30_000).Select(number => number * 2)]));
        var odd = _folder.Write("odd", Seconds([.. Enumerable.Range(0, 30_000).Select(number => (number * 2) + 1)]));
        var late = _folder.Write("late", Seconds([.. Enumerable.Range(50_000, 30_000)]));

        var (frames, problem) = Read(even, odd, late);

        Assert.Null(problem);
        Assert.Equal(90_000, frames.Count);
        Assert.True(frames.Zip(frames.Skip(1)).All(pair => pair.First.Nanoseconds <= pair.Second.Nanoseconds));
    }

    [Fact]
    public void Open_ManyFilesAtOnce_ReadsThemAll()
    {
        for (var number = 0; number < 150; number++) _folder.Write($"{number}.pcap", Seconds(number, 1000 + number));

        Assert.Equal(300, Read(_folder.Path).Frames.Count);
    }

    [Fact]
    public void Read_OneFileDamaged_ReadsTheOthersAndNamesIt()
    {
        _folder.Write("a.pcap", Seconds(1, 2)[..^5]);
        _folder.Write("b.pcap", Seconds(3));

        var (frames, problem) = Read(_folder.Path);

        Assert.Equal(2, frames.Count);
        Assert.Contains("a.pcap: cut short", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SameFileTwice_ReadsItOnce()
    {
        var path = _folder.Write("a.pcap", Seconds(1, 2));

        Assert.Equal(2, Read(path, _folder.Path).Frames.Count);
    }

    [Fact]
    public void Open_NamedFileMissing_IsRefused()
    {
        var path = _folder.Write("a.pcap", Seconds(1));

        var refused = Assert.Throws<CaptureException>(() => CaptureSet.Open([path, path + ".not"]));

        Assert.Contains("a.pcap.not: no such file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DirectoryWithoutCaptures_IsRefused()
    {
        _folder.Write("readme.txt", "text"u8.ToArray());

        Assert.Contains("no capture file", Assert.Throws<CaptureException>(() => CaptureSet.Open([_folder.Path])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_AtTheEnd_IsTheWholeSet()
    {
        _folder.Write("a.pcap", Seconds(1, 2));
        _folder.Write("b.pcap", Seconds(3));
        using var source = CaptureSet.Open([_folder.Path]);

        TemporaryFolder.ReadAll(source);

        Assert.Equal(source.Progress.Total, source.Progress.Read);
        Assert.True(source.Progress.Total > 0);
    }

    private static ReadResult Read(params string[] paths)
    {
        using var source = CaptureSet.Open(paths);
        return TemporaryFolder.ReadAll(source);
    }

    private static byte[] Seconds(params int[] seconds)
    {
        var file = new CaptureBytes().PcapHeader();
        foreach (var second in seconds) file.PcapFrame((uint)second, 0, [(byte)second, 0, 0, 0]);
        return file.ToArray();
    }
}
