using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ExposureMap.Api;
using ExposureMap.Configuration;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using ExposureMap.Store;

namespace ExposureMap.Commands;

/// <summary>
/// Refuses a value that cannot be what its option takes before any input is read: wrong usage, exit code 2 (contract, Commands). What only the
/// input can tell, as a name that the map does not have, is found later and ends with 1. The word that help shows for a value says what it must be.
/// </summary>
internal static class WrongValues
{
    /// <summary>What is wrong with a value; empty when nothing is.</summary>
    private delegate string Check(string value);

    private static readonly Dictionary<string, Check> ByWord = new(StringComparer.Ordinal)
    {
        ["SEL"] = value => Selector.TryParse(value, out _, out var problem) ? "" : problem,
        ["TIME"] = value =>
            QueryTime.TryParse(value, Timestamp.Never, out _) ? "" : "write seconds since 1970 UTC, or ISO 8601 such as 2026-03-02T07:10:00Z",
        ["N"] = value =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? "" : "must be a number from 1 on",
        ["ADDR"] = value => Forms.Listen(value, out _, out var problem) ? "" : problem,
        ["NAME"] = value => Baselines.IsName(value) ? "" : "is no name for a baseline: letters, digits, - _ . and at most 64 of them",
        ["WHAT"] = ProblemOfEdit,
    };

    /// <summary>Lets every option and argument below a command refuse what it cannot take.</summary>
    public static void RefuseIn(Command root) => RefuseIn(root, []);

    /// <param name="seen">An option may be of several commands.</param>
    private static void RefuseIn(Command command, HashSet<Symbol> seen)
    {
        foreach (var option in command.Options.Where(seen.Add))
            if (ByWord.TryGetValue(option.HelpName ?? "", out var check))
                option.Validators.Add(result => Refuse(result, option.Name, check));
        foreach (var argument in command.Arguments.Where(seen.Add))
            if (ByWord.TryGetValue(argument.Name, out var check))
                argument.Validators.Add(result => Refuse(result, argument.Name, check));
        foreach (var one in command.Subcommands) RefuseIn(one, seen);
    }

    private static void Refuse(SymbolResult result, string name, Check check)
    {
        foreach (var token in result.Tokens)
            if (check(token.Value) is { Length: > 0 } problem) result.AddError($"{name} {token.Value}: {problem}");
    }

    /// <summary>Of <c>what-if</c>: <c>SEL</c>, or <c>SEL -> SEL SERVICE</c>.</summary>
    private static string ProblemOfEdit(string text)
    {
        var ends = text.Split("->", 2, StringSplitOptions.TrimEntries);
        if (!Selector.TryParse(ends[0], out _, out var problem)) return problem;
        if (ends.Length < 2) return "";
        var rest = ends[1].Split(' ', 2, StringSplitOptions.TrimEntries);
        if (!Selector.TryParse(rest[0], out _, out problem)) return problem;
        return rest.Length < 2 || ServiceMatch.TryParse(rest[1], out _) ? "" : $"'{rest[1]}' is no service; write tcp/502, tcp/502 modbus or modbus";
    }
}
