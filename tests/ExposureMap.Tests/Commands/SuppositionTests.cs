using System.Text.Json;
using Xunit;

namespace ExposureMap.Tests.Commands;

/// <summary>What <c>--policy</c> and <c>--assume-segment</c> say on the sample, and what they refuse.</summary>
public sealed class SuppositionTests
{
    private const string Site = "graphs/utility-under-attack/";
    private const string Sample = $"{Site}traffic.pcap --config {Site}exposuremap.yaml";

    [Fact]
    public void Paths_Policy_MarksEveryHopAsPermittedAndNamesTheRule()
    {
        var run = ProgramRun.Of($"paths --from segment:corporate --to segment:substation-7 --policy {Sample} --format json");
        using var answer = JsonDocument.Parse(run.Output);
        var path = answer.RootElement.GetProperty("paths")[0];

        Assert.Equal("permitted", path.GetProperty("basis").GetString());
        Assert.False(path.GetProperty("witnessed").GetBoolean());
        Assert.All(path.GetProperty("hops").EnumerateArray(), hop => Assert.Equal("permitted", hop.GetProperty("direction").GetString()));
        Assert.Contains(answer.RootElement.GetProperty("paths").EnumerateArray(),
            one => one.GetProperty("because").EnumerateArray()
                .Any(text =>
                    text.GetString()!.StartsWith("permitted: corporate -> dmz tcp/443 (the historian's web pages)", StringComparison.Ordinal)));
    }

    [Fact]
    public void Paths_PolicyOnATerminal_SaysThatNothingOfItWasObserved()
    {
        var run = ProgramRun.Of($"paths --from 10.10.4.17 --to 10.70.1.33 --policy {Sample} --format table");

        Assert.Contains("permitted by the policy, not observed", run.Output, StringComparison.Ordinal);
        Assert.Contains("··> any of dmz  tcp/443 (transfer)  PERMITTED, not observed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_PolicyPermitsNone_IsNotPermittedWhateverWasSeen()
    {
        var run = ProgramRun.Of($"paths --from 10.10.4.17 --to kind:metering --policy {Sample} --format json");
        using var answer = JsonDocument.Parse(run.Output);

        Assert.Equal("not permitted", answer.RootElement.GetProperty("absence").GetString());
        Assert.Equal(0, answer.RootElement.GetProperty("paths").GetArrayLength());
    }

    [Fact]
    public void Reach_AssumeSegment_TellsWhatIsAssumedFromWhatWasWalked()
    {
        var rows = ProgramRun.Of($"reach 10.10.4.31 --assume-segment {Sample} --format ndjson").Output.Split('\n',
            StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).Where(row => !row.TryGetProperty("summary", out _))
            .ToDictionary(row => row.GetProperty("address").GetString()!);

        Assert.Equal(("witnessed", "must"),
            (rows["10.20.0.40"].GetProperty("basis").GetString(), rows["10.20.0.40"].GetProperty("certainty").GetString()));
        Assert.Equal(("assumed", "may"),
            (rows["10.20.0.30"].GetProperty("basis").GetString(), rows["10.20.0.30"].GetProperty("certainty").GetString()));
        Assert.Equal(JsonValueKind.Null, rows["10.20.0.30"].GetProperty("arrival").ValueKind);
        Assert.DoesNotContain(rows.Keys, address => address.StartsWith("segment:", StringComparison.Ordinal));
    }

    [Fact]
    public void Cut_Policy_GivesPermissionsAndRulesOfPrefixes()
    {
        var run = ProgramRun.Of($"cut --from segment:dmz --to segment:substation-7 --policy {Sample} --format json");
        using var answer = JsonDocument.Parse(run.Output);
        var cut = answer.RootElement.GetProperty("cut")[0];

        Assert.True(cut.GetProperty("proven").GetBoolean());
        Assert.Contains("segment:dmz -> segment:substation-7 tcp/3389", cut.GetProperty("conduits").EnumerateArray().Select(one => one.GetString()));
        Assert.Contains("        ip saddr 10.20.0.0/24 ip daddr 10.70.0.0/16 tcp dport 3389 counter drop",
            cut.GetProperty("rules").EnumerateArray().Select(one => one.GetString()));
    }

    [Theory]
    [InlineData("paths --from kind:it --to kind:ot --policy graphs/water-works/traffic.pcap", 1, "declared no policy")]
    [InlineData($"paths --from kind:it --to kind:ot --policy --assume-segment {Sample}", 2, "two questions")]
    [InlineData($"paths --from kind:it --to kind:ot --policy --witnessed {Sample}", 2, "what was seen")]
    [InlineData($"what-if --remove JUMP-01 paths --from kind:it --to kind:ot --policy {Sample}", 2, "what-if")]
    public void Policy_AskedWithWhatItKnowsNothingOf_IsRefusedWithTheReason(string command, int code, string reason)
    {
        var run = ProgramRun.Of(command);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }
}
