using System.IO.Compression;
using ExposureMap.Capture.Sources;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

public sealed class CompressionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gzip")]
    [InlineData("gzip in two members")]
    [InlineData("zstd")]
    public void Read_Compressed_IsTheSameAsPlain(string how)
    {
        var octets = CaptureBytes.ManyFrames(5000);

        var (frames, problem) = _folder.Read(Compress(octets, how));

        Assert.Null(problem);
        Assert.Equal(5000, frames.Count);
        Assert.Equal(_folder.Read(octets).Frames.Select(frame => frame.Nanoseconds), frames.Select(frame => frame.Nanoseconds));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void Read_CompressedCutShort_DeliversFramesAndTells(string how)
    {
        var octets = Compress(CaptureBytes.ManyFrames(20000), how);

        var (frames, problem) = _folder.Read(octets[..(octets.Length / 2)]);

        Assert.NotEmpty(frames);
        Assert.NotNull(problem);
    }

    [Fact]
    public void Read_CompressedBomb_IsGivenUp()
    {
        var path = Path.Combine(_folder.Path, "bomb.zst");
        using (var zstd = new ZstdSharp.CompressionStream(File.Create(path), leaveOpen: false))
        {
            zstd.Write(new CaptureBytes().PcapHeader(linkType: 220).Word(1).Word(0).Word(100_000_000).Word(100_000_000).ToArray());
            var nothing = new byte[1 << 20];
            for (var written = 0; written < 1024; written++) zstd.Write(nothing);
        }

        using var source = CaptureFile.Open(path);
        var batch = new FrameBatch();
        var total = 0L;
        while (source.Read(batch, TestContext.Current.CancellationToken)) total += batch.Count;

        Assert.Contains("as no capture does", source.Problem, StringComparison.Ordinal);
        Assert.True(total < 300L * 1024 * 1024 / 16);
    }

    private static byte[] Compress(byte[] octets, string how)
    {
        var packed = new MemoryStream();
        if (how == "zstd")
        {
            using var zstd = new ZstdSharp.CompressionStream(packed, leaveOpen: true);
            zstd.Write(octets);
        }
        else
        {
            var first = how == "gzip" ? octets.Length : octets.Length / 3;
            using (var member = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) member.Write(octets, 0, first);
            if (first == octets.Length) return packed.ToArray();
            using var second = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
            second.Write(octets, first, octets.Length - first);
        }

        return packed.ToArray();
    }
}
