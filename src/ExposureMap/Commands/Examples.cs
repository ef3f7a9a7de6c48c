using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace ExposureMap.Commands;

/// <summary>What each command's help ends with: commands that work as they stand, on the sample of this repository. A test runs them.</summary>
internal static class Examples
{
    private const string Sample = "graphs/utility-under-attack/traffic.pcap --config graphs/utility-under-attack/exposuremap.yaml";

    public static IReadOnlyDictionary<string, string[]> ByCommand { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["analyze"] = [$"analyze {Sample}", $"analyze {Sample} --map site.db", "analyze - --fail-on critical < graphs/meter-vendor/traffic.pcap"],
        ["findings"] = [$"findings {Sample}", $"findings {Sample} --format csv"],
        ["evidence"] = [$"evidence EM001-10.20.0.30-metering {Sample} --show", $"evidence EM001-10.20.0.30-metering {Sample} -w proof.pcap"],
        ["paths"] =
        [
            $"paths --from segment:corporate --to kind:metering {Sample}",
            $"paths --from 10.10.4.17 --to kind:ot --witnessed --grade program --since 2026-03-02T07:10:00Z {Sample}",
            $"paths --from kind:it --to role:controller --avoid JUMP-01 {Sample}",
            $"paths --from segment:corporate --to kind:ot --policy {Sample}",
        ],
        ["reach"] = [$"reach 10.10.4.17 {Sample} --since 2026-03-02T07:10:00Z", $"reach 10.10.4.31 --assume-segment {Sample}"],
        ["exposed"] = [$"exposed 10.91.1.13 {Sample}", $"exposed service:modbus {Sample} --until 2026-03-02T09:00:00Z"],
        ["cut"] =
        [
            $"cut --from kind:it --to kind:metering {Sample}",
            $"cut --from kind:it --to kind:metering --assets --rules cisco {Sample}",
            $"cut --from segment:dmz --to kind:ot --policy {Sample}",
        ],
        ["choke"] = [$"choke --from kind:it --to kind:metering {Sample}"],
        ["what-if"] = [$"what-if --remove JUMP-01 reach 10.10.4.17 {Sample}"],
        ["set"] = ["baseline set monday --map site.db"],
        ["list"] = ["baseline list --map site.db"],
        ["diff"] = ["diff monday site.db --map site.db", "diff 2026-03-02T08:00:00Z 2026-03-02T12:00:00Z --map site.db",
            "diff graphs/water-works/traffic.pcap graphs/meter-vendor/traffic.pcap"],
        ["policy check"] = [$"policy check {Sample}"],
        ["matrix"] = [$"policy matrix {Sample}"],
        ["suggest"] = [$"policy suggest {Sample}"],
        ["incident"] = [$"incident --patient-zero 10.10.4.17 --since 2026-03-02T07:10:00Z -o report {Sample}"],
        ["coverage"] = [$"coverage --from kind:it --to kind:ot {Sample}"],
        ["assets"] = [$"assets {Sample}", $"assets {Sample} --format csv"],
        ["segments"] = ["segments graphs/water-works/traffic.pcap"],
        ["conduits"] = [$"conduits {Sample} --format ndjson"],
        ["conversations"] = ["conversations graphs/water-works/traffic.pcap --format ndjson"],
        ["svg"] = [$"export svg {Sample} -o map.svg", $"export svg {Sample} --paths --from 10.10.4.17 --to 10.91.1.13 -o path.svg"],
        ["dot"] = [$"export dot {Sample} --segments-only"],
        ["check"] = ["config check graphs/utility-under-attack/exposuremap.yaml"],
        ["demo"] = ["demo -o out"],
    };

    /// <summary>Lets the help of every command that has examples end with them.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>()) option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    /// <summary>Two commands may have a subcommand of one name: <c>policy check</c> is no <c>config check</c>.</summary>
    private static string NameOf(CommandResult result) =>
        result.Parent is CommandResult parent && ByCommand.ContainsKey($"{parent.Command.Name} {result.Command.Name}")
            ? $"{parent.Command.Name} {result.Command.Name}"
            : result.Command.Name;

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => help.ClearsParseErrors;      // who asks for help need not ask rightly

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (!ByCommand.TryGetValue(NameOf(parseResult.CommandResult), out var examples)) return code;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples) output.WriteLine($"  exposuremap {example}");
            output.WriteLine();
            return code;
        }
    }
}
