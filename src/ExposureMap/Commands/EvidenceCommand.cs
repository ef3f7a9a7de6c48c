using System.CommandLine;
using System.Globalization;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Findings;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap evidence FINDING [--show] [-w FILE]</c></summary>
internal static class EvidenceCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("FINDING") { Description = "the id of a finding, as 'exposuremap findings' prints it" };
        var show = new Option<bool>("--show") { Description = "show each frame layer by layer, with its octets" };
        var write = new Option<string?>("-w", "--write") { Description = "write the frames to a capture file for Wireshark", HelpName = "FILE" };
        var options = new MapOptions();
        var command = new Command("evidence", "The frames that prove a finding. The captures it was found in must still be where they were.") { id };
        options.AddTo(command);
        command.Add(show);
        command.Add(write);
        command.SetAction((parsed, stop) =>
        {
            var loaded = options.Load(parsed, stop);
            var finding = FindingCatalog.Evaluate(loaded.Map, loaded.Site.Accepted, stop: stop).FirstOrDefault(one => one.Id == parsed.GetValue(id))
                ?? throw new InputException($"there is no finding '{parsed.GetValue(id)}' in this map; 'exposuremap findings' lists them");
            Run(finding, parsed.GetValue(show), parsed.GetValue(write), stop);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Run(Finding finding, bool show, string? path, CancellationToken stop)
    {
        Console.Error.WriteLine(finding.Title);
        using var writer = path is null ? null : CaptureFileWriter.Create(path);
        foreach (var capture in FramesOf(finding))
        {
            if (!File.Exists(capture.Key)) throw new InputException($"{capture.Key}: the capture with frames {string.Join(", ", capture.Value.Take(5))} is not there any more");
            PrintFrames(capture.Key, capture.Value, show, writer, stop);
        }

        if (writer is not null) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{writer.Frames} frames written to {path}"));
    }

    /// <summary>The first and the last frame of each proof, by capture.</summary>
    private static SortedDictionary<string, SortedSet<long>> FramesOf(Finding finding)
    {
        var frames = new SortedDictionary<string, SortedSet<long>>(StringComparer.Ordinal);
        foreach (var evidence in finding.Evidence.Concat(finding.Hops.Select(hop => hop.Evidence)))
        {
            if (!frames.TryGetValue(evidence.Capture, out var numbers)) frames.Add(evidence.Capture, numbers = []);
            numbers.Add(evidence.FirstFrame);
            numbers.Add(evidence.LastFrame);
        }

        return frames;
    }

    private static void PrintFrames(string capture, SortedSet<long> wanted, bool show, CaptureFileWriter? writer, CancellationToken stop)
    {
        using var source = CaptureFile.Open(capture);
        var batch = new FrameBatch();
        var last = wanted.Max;
        while (source.Read(batch, stop))
        {
            foreach (ref readonly var record in batch.Records)
            {
                if (record.Number > last) return;
                if (!wanted.Contains(record.Number)) continue;
                PrintFrame(capture, batch.Octets(record), record, show);
                if (writer is not null && !writer.Write(batch, record)) Console.Error.WriteLine($"frame {record.Number} has another link type and was not written");
            }
        }
    }

    private static void PrintFrame(string capture, ReadOnlySpan<byte> octets, in FrameRecord record, bool show)
    {
        Frame frame = default;
        FrameDecoder.Decode(octets, record.LinkType, ref frame);
        var ports = frame.Status == FrameStatus.Transport ? string.Create(CultureInfo.InvariantCulture, $" ports {frame.SourcePort} -> {frame.TargetPort}") : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{capture} frame {record.Number}  {record.At}  {frame.SourceAddress} -> {frame.TargetAddress}{ports}  {record.OriginalLength} octets"));
        if (!show) return;
        foreach (var line in FrameView.Show(octets, record.LinkType)) Console.WriteLine("    " + line);
    }
}
