using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ExposureMap.Capture.Sources;
using ExposureMap.Hosting;
using ExposureMap.Output;
using ExposureMap.Telemetry;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ExposureMap.Tests.Api;

public sealed class ReadApiTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("findings", "findings")]
    [InlineData("assets", "assets")]
    [InlineData("conduits", "conduits")]
    [InlineData("segments", "segments")]
    [InlineData("paths?from=kind:it&to=kind:metering&k=2", "paths")]
    [InlineData("reach?from=10.10.4.20", "reach")]
    [InlineData("exposed?to=kind:metering", "exposed")]
    [InlineData("cut?from=kind:it&to=kind:ot", "cut")]
    [InlineData("choke?from=kind:it&to=kind:metering", "choke")]
    [InlineData("coverage", "pairs")]
    [InlineData("coverage?from=kind:it&to=kind:ot", "pairs")]
    [InlineData("policy", "policy")]
    public async Task Get_Table_HasRowsWithCoverageAndCompleteness(string path, string rows)
    {
        var answer = await Json($"/api/{path}");

        Assert.NotEqual(0, answer.GetProperty(rows).GetArrayLength());
        Assert.NotEqual(0, answer.GetProperty("coverage").GetArrayLength());
        Assert.True(answer.TryGetProperty("complete", out _));
    }

    [Theory]
    [InlineData("paths?from=segment:corporate&to=segment:substation-7&policy=true", "paths", "permitted")]
    [InlineData("reach?from=10.10.4.31&assume_segment=true", "reach", "assumed")]
    [InlineData("exposed?to=10.70.1.33&policy=true", "exposed", "permitted")]
    public async Task Get_WhatWasNotObserved_IsMarkedAsThat(string path, string rows, string basis) =>
        Assert.Contains((await Json($"/api/{path}")).GetProperty(rows).EnumerateArray(), row => row.GetProperty("basis").GetString() == basis
            && row.GetProperty("hops").EnumerateArray().Any(hop => hop.GetProperty("direction").GetString() == basis));

    [Fact]
    public async Task Get_MistypedParameter_SaysWhichWasMeant()
    {
        using var answer =
            await server.Client.GetAsync(new Uri("/api/paths?from=kind:it&to=kind:ot&maxhops=3", UriKind.Relative),
                TestContext.Current.CancellationToken);

        Assert.Contains("unknown parameter 'maxhops'; did you mean 'max_hops'?",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut --from kind:it --to kind:ot --rules cisco", "rules", "access-list")]
    [InlineData("cut --from kind:it --to kind:ot --assets", "obstacles", "no asset stands between")]
    [InlineData("choke --from kind:it --to kind:metering", "address", "10.20.0.30")]
    [InlineData("coverage --from segment:dmz --to segment:ami-headend", "to_segment", "ami-headend")]
    [InlineData("policy check", "verdict", "outside")]
    public void Run_QuestionWithUrl_IsAnsweredByTheService(string command, string field, string expected)
    {
        var run = Commands.ProgramRun.Of($"{command} --url {server.Client.BaseAddress} --format ndjson");

        Assert.True(run.ExitCode == 0, run.Error);
        using var row = JsonDocument.Parse(run.Output.Split('\n')[0]);
        Assert.Contains(expected, row.RootElement.GetProperty(field).ToString(), StringComparison.Ordinal);
    }

    /// <summary>A pipeline that asks a service fails as one that asks a map.</summary>
    [Theory]
    [InlineData("findings --fail-on critical", 3)]
    [InlineData("policy check --fail", 3)]
    [InlineData("policy check", 0)]
    public void Run_QuestionWithUrl_FailsThePipelineToo(string command, int code) =>
        Assert.Equal(code, Commands.ProgramRun.Of($"{command} --url {server.Client.BaseAddress} --format csv").ExitCode);

    [Fact]
    public void Run_CoverageTableWithUrl_BeginsWithTheCaptures() =>
        Assert.StartsWith("traffic.pcap",
            Path.GetFileName(Commands.ProgramRun.Of($"coverage --url {server.Client.BaseAddress} --format table").Output.Split(':')[0]),
            StringComparison.Ordinal);

    /// <summary>For people: no empty answer without its reason, times that can be read, and nothing that only programs read.</summary>
    [Fact]
    public void Run_TableWithUrl_IsForPeople()
    {
        var nothing = Commands.ProgramRun.Of($"paths --from 10.99.9.9 --to kind:ot --url {server.Client.BaseAddress} --format table");
        Assert.Equal("", nothing.Output);
        Assert.Contains("not observed\n  no asset seen matches the selection", nothing.Error, StringComparison.Ordinal);

        var findings = Commands.ProgramRun.Of($"findings --url {server.Client.BaseAddress} --format table");
        Assert.Contains("2026-03-02T", findings.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("first_frame", findings.Output, StringComparison.Ordinal);
        Assert.Equal(
            "exposuremap: the acceptance of EM001 10.9.9.9 -> 10.9.9.10 (moved away) matches no finding: take it out, or correct its path",
            findings.Error.Trim());
    }

    [Fact]
    public async Task Get_Findings_HaveTheFieldsOfTheCommand()
    {
        var finding = (await Json("/api/findings")).GetProperty("findings")[0];

        Assert.Equal(FindingColumns.All.Select(column => column.Name), finding.EnumerateObject().Select(field => field.Name));
        var alone = await Json($"/api/findings/{Uri.EscapeDataString(finding.GetProperty("id").GetString()!)}");
        Assert.Equal(finding.GetRawText(), alone.GetRawText());
    }

    [Fact]
    public async Task Get_FindingsOfASeverity_HasNoneBelow()
    {
        var findings = (await Json("/api/findings?severity=high")).GetProperty("findings").EnumerateArray()
            .Select(one => one.GetProperty("severity").GetString()).ToList();

        Assert.NotEmpty(findings);
        Assert.All(findings, severity => Assert.Contains(severity, (string[])["critical", "high"]));
    }

    [Fact]
    public async Task Get_MoreThanTheLimit_IsCutOffAndSaysSo()
    {
        var answer = await Json("/api/assets?limit=3");

        Assert.Equal(3, answer.GetProperty("assets").GetArrayLength());
        Assert.False(answer.GetProperty("complete").GetBoolean());
        Assert.Equal("results", answer.GetProperty("cut_off").GetString());
    }

    [Theory]
    [InlineData("/api/findings/EM999-none", HttpStatusCode.NotFound)]
    [InlineData("/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/export/pdf", HttpStatusCode.NotFound)]
    [InlineData("/api/assets?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/assets?limit=many", HttpStatusCode.BadRequest)]
    [InlineData("/api/assets?format=exe", HttpStatusCode.BadRequest)]
    [InlineData("/api/assets?limits=3", HttpStatusCode.BadRequest)]
    [InlineData("/api/coverage?limits=3", HttpStatusCode.BadRequest)]
    [InlineData("/api/paths?from=kind:it&to=kind:ot&maxhops=3", HttpStatusCode.BadRequest)]
    [InlineData("/api/findings?severity=dire", HttpStatusCode.BadRequest)]
    [InlineData("/api/paths?from=kind:it", HttpStatusCode.BadRequest)]
    [InlineData("/api/coverage?from=kind:nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/api/policy?fail=true", HttpStatusCode.BadRequest)]
    [InlineData("/api/paths?from=kind:it&to=kind:nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/api/paths?from=kind:it&to=kind:ot&k=1000000", HttpStatusCode.BadRequest)]
    [InlineData("/api/paths?from=kind:it&to=kind:ot&policy=true&witnessed=true", HttpStatusCode.BadRequest)]
    [InlineData("/api/reach?from=kind:it&policy=true&assume_segment=true", HttpStatusCode.BadRequest)]
    [InlineData("/api/reach?from=10.10.4.20&since=yesterday", HttpStatusCode.BadRequest)]
    [InlineData("/api/cut?from=kind:it", HttpStatusCode.BadRequest)]
    [InlineData("/api/cut?from=kind:it&to=kind:ot&rules=iptables", HttpStatusCode.BadRequest)]
    [InlineData("/api/cut?from=kind:it&to=kind:ot&alternatives=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/choke?from=kind:it&to=kind:nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/api/choke?from=kind:it&to=kind:ot&sample=0", HttpStatusCode.BadRequest)]
    public async Task Get_WhatIsNotThereOrWrong_IsAProblemDocument(string path, HttpStatusCode status)
    {
        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("127.0.0.1.attacker.example")]
    public async Task Get_ForeignHostName_IsRefused(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/findings") { Headers = { Host = host } };
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain("EM0", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Send_AnythingThatWrites_IsNotAllowed(string method)
    {
        using var request = new HttpRequestMessage(new(method), "/api/findings");
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/findings")]
    [InlineData("/health")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/nothing")]
    public async Task Get_Anything_CarriesTheSecurityHeaders(string path)
    {
        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Get_FrontPage_ShowsFindingsAndEscapesHostileNames()
    {
        var page = await server.Client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("EM001-", page, StringComparison.Ordinal);
        Assert.Contains("substation-7", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Get_OpenApi_DescribesEveryPath()
    {
        var paths = (await Json("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal);

        Assert.Equal(
            ["/api/assets", "/api/choke", "/api/conduits", "/api/coverage", "/api/cut", "/api/export/{format}", "/api/exposed", "/api/findings",
                "/api/findings/{id}", "/api/paths", "/api/policy", "/api/reach", "/api/segments", "/health"],
            paths);
    }

    [Theory]
    [InlineData("dot", "digraph")]
    [InlineData("mermaid", "flowchart")]
    [InlineData("graphml", "<graphml")]
    [InlineData("json", "{\"segments\":[")]
    [InlineData("csv", "from,to,service")]
    [InlineData("svg", "<svg")]
    public async Task Get_Export_IsTheMapInThatForm(string format, string sign)
    {
        using var answer = await server.Client.GetAsync(new Uri($"/api/export/{format}", UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(format == "svg" && text.Contains("GraphViz is not installed", StringComparison.Ordinal), "GraphViz is missing.");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(sign, text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text.Replace("\\u003Cscript", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Csv_HasAHeaderAndALineForEachSegment()
    {
        var csv = await server.Client.GetStringAsync(new Uri("/api/segments?format=csv", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.StartsWith("name,kind,", csv, StringComparison.Ordinal);
        Assert.Contains("\nsubstation-7,ot,", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Health_StoreFailsAndRecovers_IsDegradedThenGoodAgain()
    {
        Assert.Equal("ok", (await Json("/health")).GetProperty("status").GetString());
        Change("ALTER TABLE coverage RENAME TO away");
        server.Parts.Pipeline.Map.Cover(new("eth1", default, default, 1, 0, 0, null));
        server.Parts.Records.Offer(server.Parts.Pipeline.Map.Freeze());
        await Until(async () => (await Json("/health")).GetProperty("status").GetString() == "degraded");
        Assert.Contains("coverage", (await Json("/health")).GetProperty("store_problem").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, (await Json("/api/assets")).GetProperty("assets").GetArrayLength());
        Assert.NotEqual("0", await Metric("exposuremap_store_failures_total"));

        Change("ALTER TABLE away RENAME TO coverage");

        await Until(async () => (await Json("/health")).GetProperty("status").GetString() == "ok");
        await Until(async () => await Metric("exposuremap_store_save_seconds_count") != "0");
    }

    [Fact]
    public async Task Metrics_LossOfEveryKind_IsShownPerInterface()
    {
        var metrics = new ServiceMetrics(server.Parts);
        metrics.Read(
            new InterfaceReport("eth1", InterfaceState.Lossy, default, null, new CaptureStatistics(100, 1, 2, 3, 4), 93, 5, null, 6,
                TimeSpan.FromSeconds(7)));
        using var text = new MemoryStream();
        await metrics.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        var said = Encoding.UTF8.GetString(text.ToArray());

        foreach (var (name, value) in ((string, int)[])[
            ("dropped_total{interface=\"eth1\",reason=\"kernel\"}", 1), ("dropped_total{interface=\"eth1\",reason=\"interface\"}", 2),
            ("dropped_total{interface=\"eth1\",reason=\"queue\"}", 3),
            ("dropped_total{interface=\"eth1\",reason=\"fault\"}", 4), ("missed_octets_total{interface=\"eth1\"}", 5),
            ("openings_total{interface=\"eth1\"}", 6), ("blind_seconds{interface=\"eth1\"}", 7), ("state{interface=\"eth1\",state=\"lossy\"}", 1),
            ("state{interface=\"eth1\",state=\"live\"}", 0)])
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"exposuremap_capture_{name} {value}\n"), said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_BatchesWaiting_AreCounted()
    {
        using var queue = new BatchQueue(1);
        Assert.True(queue.TryRent(out var batch, TimeSpan.Zero));
        Assert.False(queue.TryRent(out _, TimeSpan.Zero));
        queue.Put(new(null!, null!, batch));
        Assert.Equal(1, queue.Waiting);
        Assert.Equal("0", await Metric("exposuremap_queue_batches"));
    }

    private async Task<JsonElement> Json(string path)
    {
        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<string> Metric(string name)
    {
        var text = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        return text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..];
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var wait = 0; wait < 200; wait++)
        {
            if (await condition()) return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail("It did not come true within 20 s.");
    }

    /// <summary>Somebody else changes the store's file.</summary>
    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={server.StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a constant of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
