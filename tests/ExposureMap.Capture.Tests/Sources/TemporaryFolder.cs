using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

/// <summary>A frame as a test remembers it after its batch is gone.</summary>
internal sealed record ReadFrame(string Capture, long Number, long Nanoseconds, ushort LinkType, ushort Interface, int OriginalLength, byte[] Octets);

internal sealed record ReadResult(IReadOnlyList<ReadFrame> Frames, string? Problem);

/// <summary>Files for one test, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap-");

    public string Path => _folder.FullName;

    public string Write(string name, byte[] octets)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, octets);
        return path;
    }

    public ReadResult Read(byte[] octets)
    {
        using var source = CaptureFile.Open(Write("capture", octets));
        return ReadAll(source);
    }

    public static ReadResult ReadAll(IFrameSource source)
    {
        var frames = new List<ReadFrame>();
        var batch = new FrameBatch();
        while (source.Read(batch, TestContext.Current.CancellationToken))
        {
            foreach (ref readonly var record in batch.Records)
            {
                frames.Add(new(batch.CaptureOf(record), record.Number, record.At.Nanoseconds, record.LinkType, record.Interface,
                    record.OriginalLength, batch.Octets(record).ToArray()));
            }
        }

        return new(frames, source.Problem);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
