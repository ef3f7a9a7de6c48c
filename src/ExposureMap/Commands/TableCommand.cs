using System.Collections.Immutable;
using System.CommandLine;
using ExposureMap.Graph.Map;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary>Commands that print one table of the map as it is: <c>assets</c>, <c>conduits</c>, <c>segments</c>.</summary>
internal static class TableCommand
{
    public static Command Assets() => Create(
        "assets", "The machines and devices seen, with names, vendor, segment and roles.", AssetColumns.Of, AssetColumns.RowsOf);

    public static Command Conduits() => Create(
        "conduits", "Who asked what of whom: one line for each pair of addresses and service.", _ => ConduitColumns.All,
        ConduitColumns.RowsOf);

    public static Command Segments() => Create(
        "segments", "The segments, declared or inferred, with the number of assets seen in each.", _ => SegmentColumns.All, SegmentColumns.RowsOf);

    private static Command Create<T>(string name, string description, Func<MapSnapshot, ImmutableArray<Column<T>>> columns,
        Func<MapSnapshot, IEnumerable<T>> rows)
    {
        var options = new MapOptions();
        var remote = new RemoteQuery();
        var format = CommonOptions.Format();
        var command = new Command(name, description);
        options.AddTo(command);
        remote.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            if (remote.IsAsked(parsed)) return remote.Run(parsed, name, CommonOptions.FormatOf(parsed, format), [], stop);
            using var loaded = options.Load(parsed, stop);
            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            using var writer = new RowWriter<T>(output, CommonOptions.FormatOf(parsed, format), name, columns(loaded.Map));
            foreach (var row in rows(loaded.Map)) writer.Write(row);
            writer.End(json => Coverage.WriteComplete(json, loaded.Map));
            return Task.FromResult(loaded.ExitCode);
        });
        return command;
    }
}
