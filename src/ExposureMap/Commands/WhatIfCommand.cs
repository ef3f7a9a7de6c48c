using System.CommandLine;
using System.Globalization;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap what-if --remove ... --add ... QUERY</c>: the queries themselves, asked of an edited copy of the map.</summary>
internal static class WhatIfCommand
{
    private static readonly Option<string[]> Remove = new("--remove")
    {
        Description = "take out everything of these assets (SEL), or conduits ('SEL -> SEL', 'SEL -> SEL tcp/3389'); several times for more",
        HelpName = "WHAT",
        Recursive = true,
    };

    private static readonly Option<string[]> Add =
        new("--add") { Description = "suppose a conduit ('SEL -> SEL tcp/502 modbus'); several times for more", HelpName = "WHAT", Recursive = true };

    public static Command Create() =>
        new("what-if", "Any query on a copy of the map with something taken out, or supposed. The map itself stays as it is.")
    {
        Remove,
        Add,
        PathsCommand.Create(),
        TimedCommand.Reach(),
        TimedCommand.Exposed(),
        CutCommand.Create(),
        ChokeCommand.Create(),
        FindingsCommand.Create(),
        TableCommand.Conduits(),
        ExportCommand.Create(),
    };

    public static bool IsAsked(ParseResult parsed) => parsed.GetValue(Remove) is { Length: > 0 } || parsed.GetValue(Add) is { Length: > 0 };

    /// <summary>The map as it was asked to be; the same where the query stands alone.</summary>
    /// <exception cref="InputException">What to remove or to add cannot be read, or is not there.</exception>
    public static LoadedMap Edit(LoadedMap loaded, ParseResult parsed)
    {
        var (removals, additions) = (parsed.GetValue(Remove) ?? [], parsed.GetValue(Add) ?? []);
        if (removals.Length + additions.Length == 0) return loaded;
        var edit = new WhatIf(loaded.Map);
        foreach (var text in removals) if (!edit.TryRemove(text, out var problem)) throw new InputException($"--remove {problem}");
        foreach (var text in additions) if (!edit.TryAdd(text, out var problem)) throw new InputException($"--add {problem}");
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"exposuremap: what if: {edit.Removed} conduits removed, {edit.Added} supposed"));
        return loaded with { Map = edit.Map };
    }
}
