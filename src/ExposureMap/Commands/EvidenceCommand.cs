using System.Collections.Immutable;
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
    private const int MostNamed = 5;

    public static Command Create()
    {
        var id = new Argument<string>(
            "FINDING")
        { Description = "the id of a finding, as 'exposuremap findings' prints it; that of a rule where it has one finding only" };
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
            Run(Named(parsed.GetValue(id)!, loaded.Site.FindingsOf(loaded.Map, stop: stop)), parsed.GetValue(show), parsed.GetValue(write), stop);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    /// <summary>By its id, or by that of its rule where that has no other.</summary>
    private static Finding Named(string id, ImmutableArray<Finding> findings)
    {
        List<Finding> meant = [.. findings.Where(one => one.Id == id)];
        if (meant.Count == 0) meant = [.. findings.Where(one => one.Rule.Id == id)];
        return meant.Count switch
        {
            1 => meant[0],
            0 => throw new InputException($"there is no finding '{id}' in this map; 'exposuremap findings' lists them"),
            _ => throw new InputException(
                $"{id} has {meant.Count} findings, name one: {string.Join(", ", meant.Take(MostNamed).Select(one => one.Id))}{(meant.Count > MostNamed ? ", ..." : "")}"),
        };
    }

    private static void Run(Finding finding, bool show, string? path, CancellationToken stop)
    {
        Console.Error.WriteLine(finding.Title);
        var frames = FramesOf(finding);
        foreach (var (capture, wanted) in frames) if (!File.Exists(capture)) throw new InputException(Missing(finding, capture, wanted));
        using var writer = path is null ? null : CaptureFileWriter.Create(path);
        foreach (var (capture, wanted) in frames) PrintFrames(capture, wanted, show, writer, stop);
        writer?.Flush();
        if (writer is not null) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{writer.Frames} frames written to {path}"));
    }

    /// <summary>
    /// Of a live capture nothing but what its frames said is kept: they are to be sought where packets are recorded, by time and address.
    /// </summary>
    private static string Missing(Finding finding, string capture, Wanted wanted)
    {
        var frames = string.Join(", ", wanted.Numbers.Take(MostNamed));
        if (!capture.Contains(':', StringComparison.Ordinal) || !capture.Contains('@', StringComparison.Ordinal))
            return $"{capture}: the capture with frames {frames} is not there any more";
        var evidence = finding.Evidence.Concat(finding.Hops.Select(hop => hop.Evidence)).Where(one => one.Capture == capture).ToList();
        var (first, last) = evidence.Count == 0
            ? (finding.FirstSeen, finding.LastSeen)
            : (evidence.Min(one => one.First), evidence.Max(one => one.Last));
        return $"{capture}: was captured live, and the service keeps what frames said, not the frames. A packet recorder on that port has them: "
            + $"frames {frames} of the watch, between {first} and {last}, of {finding.From.Address} and {finding.To.Address}";
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
                if (writer is not null && !writer.Write(batch, record))
                    Console.Error.WriteLine($"frame {record.Number} has another link type and was not written");
            }
        }
    }

    /// <summary>One of the first frames of a conversation that begins at a wanted frame; either direction.</summary>
    private static bool Follows(Dictionary<(AddressNumber, AddressNumber, int), int> followed, ReadOnlySpan<byte> octets, in FrameRecord record,
        HashSet<long> beginnings)
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
        var ports = frame.Status == FrameStatus.Transport
            ? string.Create(CultureInfo.InvariantCulture, $" ports {frame.SourcePort} -> {frame.TargetPort}")
            : "";
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{capture} frame {record.Number}  {record.At}  {frame.SourceAddress} -> {frame.TargetAddress}{ports}  {record.OriginalLength} octets"));
        if (!show) return;
        foreach (var line in FrameView.Show(octets, record.LinkType)) Console.WriteLine("    " + line);
    }
}
