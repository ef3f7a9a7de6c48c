using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Output;
using ExposureMap.Store;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap baseline set|list</c></summary>
internal static class BaselineCommand
{
    private static readonly ImmutableArray<Column<(string Name, DateTime Set)>> Columns =
    [
        Column.Word<(string Name, DateTime Set)>("name", row => row.Name),
        Column.Word<(string Name, DateTime Set)>("set", row => row.Set.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
    ];

    public static Command Create() =>
        new("baseline", "Named states of the map to compare with ('exposuremap diff NAME exposuremap.db').") { Set(), List() };

    private static Option<string> MapOption() =>
        new("--map") { Description = "the stored map", HelpName = "FILE", DefaultValueFactory = _ => MapOptions.DefaultStore };

    private static Command Set()
    {
        var name = new Argument<string>("NAME") { Description = "letters, digits, - _ ." };
        var map = MapOption();
        var command = new Command("set", "Keeps the map as it is now under a name; the same name again replaces it.") { name, map };
        command.SetAction((parsed, _) =>
        {
            var (chosen, path) = (parsed.GetValue(name)!, parsed.GetValue(map)!);
            using var store = MapStore.OpenForQueries(path);
            MapRecord record = store.Load();
            new Baselines(path).Set(chosen, record);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{chosen}: {record.Conduits.Count} conduits kept in {new Baselines(path).PathOf(chosen)}"));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command List()
    {
        var map = MapOption();
        var format = CommonOptions.Format();
        var command = new Command("list", "The baselines of a map.") { map, format };
        command.SetAction((parsed, _) =>
        {
            var path = parsed.GetValue(map)!;
            if (!File.Exists(path)) throw new InputException($"{path}: there is no such map");
            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 12);
            using var writer = new RowWriter<(string Name, DateTime Set)>(output, CommonOptions.FormatOf(parsed, format), "baselines", Columns);
            foreach (var row in new Baselines(path).All()) writer.Write(row);
            writer.End();
            if (writer.Count == 0)
                Console.Error.WriteLine(
                    $"{path} has no baseline yet; 'exposuremap baseline set NAME --map {path}' keeps the map as it is under a name");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
