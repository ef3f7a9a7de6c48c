using System.CommandLine;
using ExposureMap.Commands;
using Xunit;

namespace ExposureMap.Tests.Commands;

/// <summary>Contract, Commands: exit code 2 is wrong usage, 1 an input that could not be read or was refused.</summary>
public sealed class WrongValuesTests
{
    /// <summary>By the word that help shows for a value: what can be no such value. Null where anything can be one.</summary>
    private static readonly Dictionary<string, string[]?> WrongByWord = new(StringComparer.Ordinal)
    {
        ["SEL"] = ["kind:nonsense", "10.0.0.1/8", "nonsense:"],
        ["TIME"] = ["yesterday-ish"],
        ["NAME"] = ["a/b"],
        ["N"] = ["0", "-1", "many"],
        ["ADDR"] = ["0.0.0.0:80", "localhost"],
        ["URL"] = ["ftp://127.0.0.1", "here"],
        ["WHAT"] = ["kind:nonsense", "10.0.0.1->kind:nonsense"],
        ["FORMAT"] = ["xml"],
        ["FORM"] = ["iptables"],
        ["SEVERITY"] = ["hihg"],
        ["EFFECT"] = ["destroy"],
        ["FILE"] = null,
        ["DIR"] = null,
        ["TEXT"] = null,
        ["ID"] = null,
        ["SEGMENT"] = null,
        ["IFACE"] = null,
    };

    public static TheoryData<string> Values =>
        [.. CommandsBelow(AllCommands.Create(), "")
            .SelectMany(one => OptionsOf(one.Command).SelectMany(option => WrongOf(option).Select(wrong => $"{one.Name}{option.Name} {wrong}")))];

    [Theory]
    [MemberData(nameof(Values))]
    public void Option_WithAValueItCannotTake_IsRefusedBeforeAnyInputIsRead(string line) =>
        Assert.Contains(AllCommands.Create().Parse(line).Errors, error => error.Message.Contains(line.Split(' ')[^1], StringComparison.Ordinal));

    [Theory]
    [InlineData("reach kind:nonsense nothere.pcap", 2)]
    [InlineData("reach kind:it nothere.pcap", 1)]
    [InlineData("assets --map nothere.db", 1)]
    [InlineData("reach 10.10.4.17 --since noon nothere.pcap", 2)]
    [InlineData("baseline set a/b --map nothere.db", 2)]
    [InlineData("reach 10.10.4.17 --since 200 --until 100 graphs/water-works/traffic.pcap", 2)]
    public void Program_WronglyAskedOrWithoutItsInput_EndsWithTheCodeOfTheContract(string command, int code)
    {
        var run = ProgramRun.Of(command);

        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.NotEqual("", run.Error);
    }

    private static IEnumerable<(string Name, Command Command)> CommandsBelow(Command command, string name) =>
        command.Subcommands.SelectMany(one => CommandsBelow(one, $"{name}{one.Name} ").Prepend(($"{name}{one.Name} ", one)));

    /// <summary>Those that take a value.</summary>
    private static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Where(option => option.ValueType != typeof(bool) && option is not System.CommandLine.Help.HelpOption);

    private static string[] WrongOf(Option option)
    {
        Assert.True(WrongByWord.TryGetValue(option.HelpName ?? "", out var wrong),
            $"{option.Name} takes '{option.HelpName}': say above what can be no such value");
        return wrong ?? [];
    }
}
