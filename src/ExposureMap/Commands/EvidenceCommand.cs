using System.CommandLine;
using System.Globalization;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap evidence FINDING [--show] [-w FILE]</c></summary>
internal static class EvidenceCommand
{
    /// <summary>So many frames of a conversation show its handshake and what protocol it greets in.</summary>
    private const int FirstFrames = 8;

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
            using var loaded = options.Load(parsed, stop);
            var finding = loaded.Site.FindingsOf(loaded.Map, stop: stop).FirstOrDefault(one => one.Id == parsed.GetValue(id))
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
            if (!File.Exists(capture.Key)) throw new InputException($"{capture.Key}: the capture with frames {string.Join(", ", capture.Value.Numbers.Take(5))} is not there any more");
            PrintFrames(capture.Key, capture.Value, show, writer, stop);
        }

        if (writer is not null) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{writer.Frames} frames written to {path}"));
    }

    /// <summary>
    /// By capture: the first and the last frame of each proof, the frames of the grave messages on its hops, and where conversations begin
    /// whose first frames (handshake, greeting) are to follow.
    /// </summary>
    private static SortedDictionary<string, Wanted> FramesOf(Finding finding)
    {
        var frames = new SortedDictionary<string, Wanted>(StringComparer.Ordinal);
        foreach (var evidence in finding.Evidence.Concat(finding.Hops.Select(hop => hop.Evidence)))
        {
            In(evidence.Capture).Numbers.UnionWith([evidence.FirstFrame, evidence.LastFrame]);
            In(evidence.Capture).Beginnings.Add(evidence.FirstFrame);
        }

        foreach (var (operation, capture) in finding.Hops.SelectMany(hop => hop.Conduit?.Operations ?? [])) In(capture).Numbers.Add(operation.Frame);
        return frames;

        Wanted In(string capture)
        {
            if (!frames.TryGetValue(capture, out var wanted)) frames.Add(capture, wanted = new([], []));
            return wanted;
        }
    }

    private sealed record Wanted(SortedSet<long> Numbers, HashSet<long> Beginnings);

    private static void PrintFrames(string capture, Wanted wanted, bool show, CaptureFileWriter? writer, CancellationToken stop)
    {
        using var source = CaptureFile.Open(capture);
        var batch = new FrameBatch();
        var followed = new Dictionary<(AddressNumber, AddressNumber, int), int>();
        while (source.Read(batch, stop))
        {
            foreach (ref readonly var record in batch.Records)
            {
                var octets = batch.Octets(record);
                if (!wanted.Numbers.Contains(record.Number) & !Follows(followed, octets, record, wanted.Beginnings)) continue;
                PrintFrame(capture, octets, record, show);
                if (writer is not null && !writer.Write(batch, record)) Console.Error.WriteLine($"frame {record.Number} has another link type and was not written");
            }
        }
    }

    /// <summary>One of the first frames of a conversation that begins at a wanted frame; either direction.</summary>
    private static bool Follows(Dictionary<(AddressNumber, AddressNumber, int), int> followed, ReadOnlySpan<byte> octets, in FrameRecord record, HashSet<long> beginnings)
    {
        Frame frame = default;
        FrameDecoder.Decode(octets, record.LinkType, ref frame);
        if (frame.Status != FrameStatus.Transport) return false;
        var (low, high) = frame.Source.CompareTo(frame.Target) < 0 ? (frame.Source, frame.Target) : (frame.Target, frame.Source);
        var key = (low, high, frame.SourcePort ^ frame.TargetPort << 16 ^ (frame.TargetPort ^ frame.SourcePort << 16));
        if (beginnings.Contains(record.Number)) followed[key] = FirstFrames;
        if (!followed.TryGetValue(key, out var left) || left == 0) return false;
        followed[key] = left - 1;
        return true;
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
