using System.CommandLine;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary>Options that several commands share, each defined once.</summary>
internal static class CommonOptions
{
    public static Option<string> Format() => new Option<string>("--format")
    {
        Description = "table, json, ndjson or csv; a table on a terminal, otherwise ndjson",
        HelpName = "FORMAT",
    }.AcceptOnlyFromAmong("table", "json", "ndjson", "csv");

    public static Option<FileInfo?> Config() => new("--config")
    {
        Description = "the site's configuration: segments, policy, accepted findings (exposuremap.yaml)",
        HelpName = "FILE",
    };

    public static Option<string> FailOn() => new Option<string>("--fail-on")
    {
        Description = "exit with code 3 when a finding of at least this severity is not accepted",
        HelpName = "SEVERITY",
    }.AcceptOnlyFromAmong("critical", "high", "medium", "low", "info");

    public static RowFormat FormatOf(ParseResult parsed, Option<string> option) => parsed.GetValue(option) switch
    {
        "table" => RowFormat.Table,
        "json" => RowFormat.Json,
        "ndjson" => RowFormat.Ndjson,
        "csv" => RowFormat.Csv,
        _ => Console.IsOutputRedirected ? RowFormat.Ndjson : RowFormat.Table,
    };
}
