using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace ExposureMap.Tests.Commands;

/// <summary>
/// The questions of the day of a breach, asked of the sample as a user types them: what is cut is severed, what is suggested holds, what is reported
/// stands alone.
/// </summary>
public sealed partial class AnswerTests : IDisposable
{
    private const string Site = "graphs/utility-under-attack/";
    private const string Sample = $"{Site}traffic.pcap --config {Site}exposuremap.yaml";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap-answers-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("kind:it", "kind:metering", "")]
    [InlineData("10.10.4.17", "kind:ot,kind:metering", "")]
    [InlineData("kind:it", "kind:metering", "--assets")]
    public void Cut_TakenOutByHand_LeavesNoPath(string from, string to, string unit)
    {
        var cut = Only($"cut --from {from} --to {to} {unit} {Sample} --format ndjson");
        var parts = cut.GetProperty(unit.Length > 0 ? "assets" : "conduits").EnumerateArray().Select(one => one.GetString()!).ToList();

        Assert.True(cut.GetProperty("proven").GetBoolean());
        Assert.NotEmpty(parts);
        Assert.NotEmpty(Rows($"paths --from {from} --to {to} {Sample} --format ndjson"));
        var removed = parts.Select(part => $"--remove {Quoted(part)}").Prepend("what-if");
        Assert.Empty(Rows($"{string.Join(' ', removed)} paths --from {from} --to {to} {Sample} --format ndjson"));
    }

    [Theory]
    [InlineData("nftables", @"^(table inet exposuremap \{|    chain cut \{|        type filter hook forward priority -10; policy accept;|        ip saddr [0-9./]+ ip daddr [0-9./]+ tcp dport [0-9]+ counter drop|    \}|\})$")]
    [InlineData("cisco", @"^(ip access-list extended EXPOSUREMAP-CUT| deny tcp host [0-9.]+ host [0-9.]+ eq [0-9]+| permit ip any any)$")]
    [InlineData("csv", "^(action,source,destination,protocol,port,service,note|deny,[0-9./]+,[0-9./]+,tcp,[0-9]+,tcp/[0-9]+,)$")]
    public void Cut_Rules_AreNothingButTheFormAskedFor(string form, string line)
    {
        var rules = Only($"cut --from kind:it --to kind:metering --rules {form} {Sample} --format ndjson").GetProperty("rules").EnumerateArray()
            .Select(rule => rule.GetString()!).ToList();

        Assert.All(rules, rule => Assert.Matches(line, rule));
        Assert.Contains(rules, rule => rule.Contains("22", StringComparison.Ordinal));
    }

    [Fact]
    public void Cut_MachineInBothSelections_IsNamedAsLeftOut()
    {
        Assert.Equal("10.10.4.66",
            Assert.Single(Only($"cut --from kind:it --to kind:ot {Sample} --format ndjson").GetProperty("left_out").EnumerateArray()).GetString());
        Assert.Contains("left out, being among the sources too", ProgramRun.Of($"cut --from kind:it --to kind:ot {Sample} --format table").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Choke_Sample_IsTheJumpHost()
    {
        var first = Rows($"choke --from kind:it --to kind:metering {Sample} --format ndjson")[0];

        Assert.Equal(("10.20.0.30", 331, 1.0),
            (first.GetProperty("address").GetString(), first.GetProperty("severs").GetInt32(), first.GetProperty("share").GetDouble()));
    }

    [Fact]
    public void Baseline_SetListedAndCompared_TellsWhatCameSince()
    {
        var store = Path.Combine(_folder.FullName, "site.db");
        Assert.Equal(1, ProgramRun.Of($"baseline list --map {store}").ExitCode);
        Run($"analyze graphs/water-works/traffic.pcap --config {Site}exposuremap.yaml --map {store} --format csv");
        Assert.Contains("no baseline yet", ProgramRun.Of($"baseline list --map {store}").Error, StringComparison.Ordinal);
        Run($"baseline set monday --map {store}");
        Run($"analyze {Sample} --map {store} --format csv");

        Assert.Equal("monday", Assert.Single(Rows($"baseline list --map {store} --format ndjson")).GetProperty("name").GetString());
        var changes = Rows($"diff monday {store} --map {store} --config {Site}exposuremap.yaml --format ndjson");
        Assert.All(changes, change => Assert.Equal("came", change.GetProperty("change").GetString()));
        Assert.Contains(changes,
            change => change.GetProperty("of").GetString() == "path"
                && change.GetProperty("title").GetString()!.Contains("metering assets", StringComparison.Ordinal));
        Assert.Contains(changes, change => change.GetProperty("of").GetString() == "asset" && change.GetProperty("to").GetString() == "10.10.4.17");
        Assert.Contains(Rows($"findings --baseline monday --map {store} --format ndjson"),
            finding => finding.GetProperty("id").GetString() == "EM015-10.20.0.30-ami-headend");
    }

    /// <summary>
    /// The jump host's way to the meters was walked at 10:52 (graphs/utility-under-attack): it came after 10:00, and was not there before.
    /// </summary>
    [Fact]
    public void Diff_TwoTimes_TellsWhatCameBetweenThemByTheRememberedConfiguration()
    {
        var store = Path.Combine(_folder.FullName, "site.db");
        Run($"analyze {Sample} --map {store} --format csv");

        var changes = Rows($"diff 2026-03-02T10:00:00Z 2026-03-02T12:00:00Z --map {store} --format ndjson");
        var conduits = changes.Where(change => change.GetProperty("of").GetString() == "conduit")
            .ToLookup(change => change.GetProperty("change").GetString(), change => change.GetProperty("title").GetString()!);
        Assert.Contains(conduits["came"],
            title => title.StartsWith("10.20.0.30 -> 10.90.0.10 tcp/22 ssh", StringComparison.Ordinal)
                && title.EndsWith("(dmz to ami-headend)", StringComparison.Ordinal));
        Assert.Empty(conduits["went"]);                          // what is used once a day is not gone
        Assert.Contains(changes,
            change => change.GetProperty("of").GetString() == "path" && change.GetProperty("change").GetString() == "came"
                && change.GetProperty("to").GetString() == "10.91.1.13");
        Assert.DoesNotContain(changes, change => change.GetProperty("first_seen").GetDouble() > 1772452800);      // 12:00
    }

    [Fact]
    public void Diff_SameTwice_IsEmptyAndSaysWhatWasWatched()
    {
        var run = Run("diff graphs/water-works/traffic.pcap graphs/water-works/traffic.pcap --format ndjson");

        Assert.Contains("0 changes; OLD was watched from", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"coverage\":[{", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_Check_TellsWhatPassedOutsideAndFailsWhenAsked()
    {
        var flows = Rows($"policy check {Sample} --format ndjson").ToLookup(flow => flow.GetProperty("verdict").GetString());

        Assert.Contains(flows["outside"],
            flow => (flow.GetProperty("from").GetString(), flow.GetProperty("to").GetString(), flow.GetProperty("service").GetString()) == ("dmz",
                "ami-headend", "tcp/22 ssh"));
        Assert.Contains(flows["unused"], flow => flow.GetProperty("service").GetString() == "udp/514");
        Assert.Equal(3, ProgramRun.Of($"policy check --fail {Sample} --format csv").ExitCode);
    }

    [Fact]
    public void Policy_CheckWithoutOne_JudgesNothingAndHasNothingToFail()
    {
        Assert.All(Rows("policy check graphs/water-works/traffic.pcap --format ndjson"),
            flow => Assert.Equal("seen", flow.GetProperty("verdict").GetString()));
        var run = ProgramRun.Of("policy check --fail graphs/water-works/traffic.pcap");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("declared no policy", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_Suggested_IsAConfigurationThatEverythingSeenStandsInside()
    {
        var suggested = Path.Combine(_folder.FullName, "suggested.yaml");
        File.WriteAllText(suggested, Run($"policy suggest {Sample}").Output);

        Assert.Equal(0, ProgramRun.Of($"config check {suggested}").ExitCode);
        Assert.Equal(0, ProgramRun.Of($"policy check --fail {Site}traffic.pcap --config {suggested} --format csv").ExitCode);
        Assert.Contains("# ", File.ReadAllText(suggested), StringComparison.Ordinal);
    }

    [Fact]
    public void Segments_Suggested_AreAConfigurationThatLoads()
    {
        var suggested = Path.Combine(_folder.FullName, "segments.yaml");
        File.WriteAllText(suggested, Run($"segments suggest {Site}traffic.pcap").Output);

        Assert.Contains("prefixes:", File.ReadAllText(suggested), StringComparison.Ordinal);
        Assert.Equal(0, ProgramRun.Of($"config check {suggested}").ExitCode);
    }

    [Fact]
    public void Policy_MatrixRows_CountWhatTheCheckLists()
    {
        var cell = Rows($"policy matrix {Sample} --format ndjson")
            .Single(row => (row.GetProperty("from").GetString(), row.GetProperty("to").GetString()) == ("dmz", "ami-headend"));
        var listed = Rows($"policy check {Sample} --format ndjson")
            .Where(row => (row.GetProperty("from").GetString(), row.GetProperty("to").GetString()) == ("dmz", "ami-headend")).ToList();

        foreach (var verdict in new[] { "allowed", "lapsed", "outside", "unused", "seen" })
            Assert.Equal(listed.Count(row => row.GetProperty("verdict").GetString() == verdict), cell.GetProperty(verdict).GetInt32());
        Assert.True(cell.GetProperty("outside").GetInt32() > 0);
    }

    [Theory]
    [InlineData("matrix.svg", "<svg")]
    [InlineData("matrix.html", "<!DOCTYPE html>")]
    public void Policy_Matrix_StandsAlone(string file, string begin)
    {
        var path = Path.Combine(_folder.FullName, file);
        Run($"policy matrix {Sample} -o {path}");

        var text = File.ReadAllText(path);
        Assert.StartsWith(begin, text.TrimStart(), StringComparison.Ordinal);
        Assert.Contains("outside", text, StringComparison.Ordinal);
        Assert.Empty(Elsewhere().Matches(text));
    }

    [Theory]
    [InlineData("until: 2027-03-31", "until: 2026-01-31", "lapsed, it ran until 2026-01-31")]
    [InlineData("203.0.113.20 -> ", "203.0.113.99 -> ", "matches no finding")]
    public void Findings_AcceptanceThatAnswersForNothing_IsWarnedOf(string written, string instead, string warning)
    {
        var config = Path.Combine(_folder.FullName, "site.yaml");
        File.WriteAllText(config,
            File.ReadAllText(Path.Combine(Repository.Root, Site, "exposuremap.yaml")).Replace(written, instead, StringComparison.Ordinal));

        var run = ProgramRun.Of($"findings {Site}traffic.pcap --config {config} --format json");

        Assert.Equal(1, run.Error.Split(warning).Length - 1);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Contains(warning, Assert.Single(json.RootElement.GetProperty("acceptance_problems").EnumerateArray()).GetString(),
            StringComparison.Ordinal);
        Assert.DoesNotContain("acceptance", ProgramRun.Of($"findings {Sample} --format csv").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Incident_Report_IsOnePageThatNeedsNothingElseAndItsData()
    {
        Run($"incident --patient-zero 10.10.4.17 --since 2026-03-02T07:10:00Z -o {_folder.FullName} {Sample}");

        var page = File.ReadAllText(Path.Combine(_folder.FullName, "report.html"));
        Assert.Empty(Elsewhere().Matches(page));
        Assert.Contains("WS-17 (10.10.4.17)", page, StringComparison.Ordinal);
        Assert.Contains("for certain", page, StringComparison.Ordinal);
        foreach (var name in (string[])["reached", "timeline", "cut"])
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.FullName, name + ".json")));
            Assert.NotEqual(0, json.RootElement.GetProperty(name).GetArrayLength());
            Assert.NotEqual(0, json.RootElement.GetProperty("coverage").GetArrayLength());
            Assert.True(File.ReadAllLines(Path.Combine(_folder.FullName, name + ".csv")).Length > 1);
        }

        Assert.StartsWith("digraph", File.ReadAllText(Path.Combine(_folder.FullName, "ways.dot")).TrimStart(), StringComparison.Ordinal);
        if (!File.Exists("/usr/bin/dot")) Assert.Skip("GraphViz is not installed: no picture is drawn");
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(_folder.FullName, "ways.svg")), StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Incident_WhereNobodyWatched_SaysSoAndNotThatNothingWasReached()
    {
        Run($"incident --patient-zero 10.10.4.17 --since 2027-03-02T07:10:00Z -o {_folder.FullName} {Sample}");

        var page = File.ReadAllText(Path.Combine(_folder.FullName, "report.html"));
        Assert.Contains("not observed (nothing was captured in that span", page, StringComparison.Ordinal);
        Assert.DoesNotContain("None of them is a control system", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"reach 10.10.4.17 --since 2026-03-02T09:00:00Z --until 2026-03-02T07:00:00Z {Sample}", 2, "lies before --since")]
    [InlineData($"incident --patient-zero 10.10.4.17 --since 2026-03-02T09:00:00Z --until 2026-03-02T07:00:00Z -o never {Sample}", 2, "lies before --since")]
    [InlineData($"incident --patient-zero 10.99.0.1 --since 2026-03-02T09:00:00Z -o never {Sample}", 1, "selects no asset")]
    [InlineData("diff 2026-03-02T12:00:00Z 2026-03-02T10:00:00Z --map nothere.db", 2, "OLD is the earlier one")]
    [InlineData($"evidence EM002 {Sample}", 1, "findings, name one: EM002-")]
    [InlineData($"findings --fial-on high {Sample}", 2, "--fial-on: no such option")]
    [InlineData($"policy matrix {Sample} --fail", 2, "--fail: no such option; 'exposuremap policy matrix --help'")]
    [InlineData("diff monday graphs/water-works/traffic.pcap --map nothere.db", 1, "no baseline of nothere.db by that name")]
    [InlineData("baseline set a/b --map nothere.db", 2, "no name for a baseline")]
    [InlineData("reach 10.10.4.17 --include-none --url http://127.0.0.1:1", 2, "leave --url out")]
    [InlineData($"what-if --remove nosuch paths --from kind:it --to kind:ot {Sample}", 1, "no asset is called 'nosuch'")]
    [InlineData($"cut --from kind:it --to kind:ot --rules iptables {Sample}", 2, "iptables")]
    [InlineData($"policy matrix {Sample} -o matrix.png", 2, "must end in .svg or .html")]
    public void Question_ThatMakesNoSense_IsRefusedWithTheReason(string command, int code, string reason)
    {
        var run = ProgramRun.Of(command);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(reason, run.Error + run.Output, StringComparison.Ordinal);
    }

    /// <summary>Anything a page would fetch or run; names of XML namespaces are no addresses.</summary>
    [GeneratedRegex(@"<script|<link|<iframe|<img|\bsrc\s*=|\bhref\s*=|url\(|@import|(?<!xmlns(?::xlink)?="")https?://")]
    private static partial Regex Elsewhere();

    /// <summary>As one word: <see cref="ProgramRun"/> splits at blanks.</summary>
    private static string Quoted(string part) => part.Replace(" -> ", "->", StringComparison.Ordinal).Split(' ')[0];

    private static ProgramRun Run(string command)
    {
        var run = ProgramRun.Of(command);
        Assert.True(run.ExitCode == 0, $"exposuremap {command} ended with {run.ExitCode}: {run.Error}");
        return run;
    }

    private static JsonElement Only(string command) => Assert.Single(Rows(command));

    private static List<JsonElement> Rows(string command) =>
        [.. Run(command).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => !row.TryGetProperty("summary", out _))];
}
