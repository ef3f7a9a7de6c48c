using ExposureMap.Capture.Sources;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

public sealed class CaptureFileWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0xA1B2C3D4u, 5_000, 7_000)]
    [InlineData(0xA1B23C4Du, 5_000, 7_001)]                     // the second frame turns the first one's time too
    public void Write_Frames_ReadBackTheSameInTheCoarsestFittingResolution(uint magic, long first, long second)
    {
        var source = new CaptureBytes().Section().Interface(113, resolution: 9)
            .Enhanced(0, 1_700_000_000_000_000_000 + (ulong)first, [1, 2, 3]).Enhanced(0, 1_700_000_000_000_000_000 + (ulong)second, [4]);

        var (written, octets) = Copy(source.ToArray());

        Assert.Equal(2, written);
        Assert.Equal(magic, BitConverter.ToUInt32(octets));
        var frames = _folder.Read(octets).Frames;
        Assert.Equal([1_700_000_000_000_000_000 + first, 1_700_000_000_000_000_000 + second], frames.Select(frame => frame.Nanoseconds));
        Assert.Equal([1, 2, 3], frames[0].Octets);
        Assert.All(frames, frame => Assert.Equal(113, frame.LinkType));
    }

    [Fact]
    public void Write_FrameOfAnotherLinkType_IsLeftOut()
    {
        var source = new CaptureBytes().Section().Interface(1).Interface(113).Enhanced(0, 1, [1]).Enhanced(1, 2, [2]).Enhanced(0, 3, [3]);

        var (written, octets) = Copy(source.ToArray());

        Assert.Equal(2, written);
        Assert.Equal([1, 3], _folder.Read(octets).Frames.Select(frame => frame.Octets[0]));
    }

    [Fact]
    public void Create_WhereNothingCanBeWritten_SaysSo() =>
        Assert.Contains("cannot be written",
            Assert.Throws<CaptureException>(() => CaptureFileWriter.Create(Path.Combine(_folder.Path, "no", "where"))).Message,
            StringComparison.Ordinal);

    private (long Written, byte[] Octets) Copy(byte[] octets)
    {
        var target = Path.Combine(_folder.Path, "target.pcap");
        var batch = new FrameBatch();
        using var source = CaptureFile.Open(_folder.Write("source", octets));
        using var writer = CaptureFileWriter.Create(target);
        while (source.Read(batch, TestContext.Current.CancellationToken))
        {
            foreach (ref readonly var record in batch.Records) writer.Write(batch, record);
        }

        var written = writer.Frames;
        writer.Dispose();
        return (written, File.ReadAllBytes(target));
    }
}
