using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ExposureMap.Api;
using ExposureMap.Configuration;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Ingest;
using ExposureMap.Output;
using ExposureMap.Store;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap diff OLD NEW</c></summary>
internal static class DiffCommand
{
    private static readonly ImmutableArray<Column<MapChange>> Columns =
    [
        Column.Word<MapChange>("change", one => one.Change == Change.Came ? "came" : "went"),
        Column.Word<MapChange>("of", one => one.Of),
        Column.Word<MapChange>("from", one => one.From) with { InTable = false },
        Column.Word<MapChange>("to", one => one.To) with { InTable = false },
        Column.Word<MapChange>("service", one => one.Service) with { InTable = false },
        Column.Word<MapChange>("title", one => one.Title),
        Column.Time<MapChange>("first_seen", one => one.FirstSeen),
        Column.Evidence<MapChange>("evidence", one => one.Evidence) with { InTable = false },
    ];

    public static Command Create()
    {
        var old = new Argument<string>(
            "OLD")
        {
            Description =
                "a stored map, a capture, a directory of captures, the name of a baseline of --map, or a time: what --map had seen until then"
        };
        var now = new Argument<string>("NEW") { Description = "the same; of two times the later one: what came in between" };
        var map = new Option<string>("--map")
        {
            Description = "the stored map whose baselines and times are meant",
            HelpName = "FILE",
            DefaultValueFactory = _ => MapOptions.DefaultStore
        };
        var config =
            new Option<string?>("--config") { Description = "the site's configuration: segments, policy, accepted findings", HelpName = "FILE" };
        var format = CommonOptions.Format();
        var command =
            new Command("diff", "Paths from IT into OT and metering, conduits, services and assets that came and went.") { old,
                now, map, config, format };
        command.SetAction((parsed, stop) =>
        {
            var (what, baselines) = ((Old: parsed.GetValue(old)!, Now: parsed.GetValue(now)!), new Baselines(parsed.GetValue(map)!));
            if (TimeOf(what.Old) > TimeOf(what.Now)) throw new UsageException($"{what.Old} lies after {what.Now}: OLD is the earlier one");
            var site = SiteOf(parsed.GetValue(config), baselines.Map, what.Old, what.Now);
            var before = Load(what.Old, baselines, site, stop);
            var after = Load(what.Now, baselines, site, stop);
            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            using var writer = new RowWriter<MapChange>(output, CommonOptions.FormatOf(parsed, format), "changes", Columns);
            foreach (var change in MapDiff.Between(before, after, stop)) writer.Write(change);
            writer.End(json => Coverage.WriteComplete(json, after));
            Console.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{writer.Count} changes; OLD was watched {Span(before)}, NEW {Span(after)}"));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static string Span(MapSnapshot map) => map.Watched.First.IsNever ? "never" : $"from {map.Watched.First} to {map.Watched.Last}";

    /// <summary>Of a question about a stored map, its baselines and times the configuration that it remembers, unless another one is named.</summary>
    private static SiteConfiguration SiteOf(string? config, string map, params ReadOnlySpan<string> asked)
    {
        var isOfMap = false;
        foreach (var what in asked) isOfMap |= what == map || !Path.Exists(what);
        if (!isOfMap || !IsStore(map)) return MapOptions.LoadSite(config);
        using var store = MapStore.OpenForQueries(map);
        return MapOptions.LoadSite(config, store);
    }

    private static Timestamp? TimeOf(string what) => !Path.Exists(what) && QueryTime.TryParse(what, Timestamp.Never, out var time) ? time : null;

    /// <param name="what">Of a time, all that was seen until then: what is not repeated every hour is not gone.</param>
    private static MapSnapshot Load(string what, Baselines baselines, SiteConfiguration site, CancellationToken stop)
    {
        if (TimeOf(what) is { } until)
        {
            using var store = MapStore.OpenForQueries(baselines.Map);
            return new(new LiveMap(store.Load()).Within(Timestamp.Beginning, until).Freeze(), site.ToMapSettings());
        }

        var path = !Path.Exists(what) && Baselines.IsName(what) && File.Exists(baselines.PathOf(what)) ? baselines.PathOf(what) : what;
        if (!Path.Exists(path))
            throw new InputException(
                $"{what}: no such file, and no baseline of {baselines.Map} by that name ('exposuremap baseline list --map {baselines.Map}' lists them)");
        if (IsStore(path))
        {
            using var store = MapStore.OpenForQueries(path);
            return new(store.Load(), site.ToMapSettings());
        }

        var live = new LiveMap(site.ContactLimits) { MaxOctets = site.MapOctets };
        var reading = MapReading.Into(live, [path], isKept: false, stop);
        if (reading.Problem is not null) Console.Error.WriteLine($"exposuremap: {reading.Problem}");
        return new(live.Freeze(), site.ToMapSettings());
    }

    /// <summary>By the first octets of an SQLite file (SQLite, "Database File Format", section 1.3).</summary>
    private static bool IsStore(string path)
    {
        if (!File.Exists(path)) return false;
        var head = new byte[16];
        try
        {
            using var file = File.OpenRead(path);
            return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
                && head.AsSpan().SequenceEqual("SQLite format 3\0"u8);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {unreadable.Message}");
        }
    }
}
