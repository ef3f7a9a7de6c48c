using System.CommandLine;
using ExposureMap.Configuration;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap config check FILE</c></summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "the configuration to check" };
        var check = new Command("check", "Checks a configuration and reports every mistake at once, with line and column.") { file };
        check.SetAction(parsed => Check(parsed.GetValue(file)!));
        return new Command("config", "Works with the site's configuration.") { check };
    }

    private static int Check(string path)
    {
        var result = ConfigurationFile.Load(path);
        foreach (var error in result.Errors) Console.Error.WriteLine(error);
        if (result.Configuration is not { } site) return ExitCode.BadInput;
        Console.WriteLine(
            $"{path}: good: {site.Segments.Segments.Length} segments, {site.Policy.Rules.Length} policy rules, {site.Accepted.Length} accepted findings");
        return ExitCode.Done;
    }
}
