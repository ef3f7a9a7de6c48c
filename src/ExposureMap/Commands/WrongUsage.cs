using System.CommandLine;
using System.CommandLine.Parsing;

namespace ExposureMap.Commands;

/// <summary>What the parser takes for a file although nobody would name one like that.</summary>
internal static class WrongUsage
{
    /// <summary>Says so when an option is mistyped, or is none of the command's.</summary>
    public static bool IsRefused(ParseResult parsed, string[] args)
    {
        if (UnknownOptionIn(parsed, args) is not { } unknown) return false;
        Console.Error.WriteLine(
            $"exposuremap: {unknown}: no such option; 'exposuremap {PathOf(parsed.CommandResult)}--help' lists those there are (a file of that name goes behind --)");
        return true;
    }

    /// <summary>Behind <c>--</c> everything is a file.</summary>
    private static string? UnknownOptionIn(ParseResult parsed, string[] args) => args.Contains("--", StringComparer.Ordinal)
        ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .FirstOrDefault(value => value.Length > 1 && value[0] == '-');

    /// <summary><c>policy matrix </c>.</summary>
    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)}{result.Command.Name} " : "";
}
