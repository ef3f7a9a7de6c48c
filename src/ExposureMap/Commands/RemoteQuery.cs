using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExposureMap.Api;
using ExposureMap.Graph.Observation;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary>Asks a running service (<c>--url</c>) instead of reading a map: the API has the same questions, options and rows.</summary>
internal sealed partial class RemoteQuery
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The most that the API gives in one answer.</summary>
    private const string MostRows = "100000";

    private readonly Option<Uri?> _url = new("--url")
    {
        Description = "ask the service running there, such as http://127.0.0.1:8470",
        HelpName = "URL",
        CustomParser =
            result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : Refuse(result),
    };

    public void AddTo(Command command) => command.Add(_url);

    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_url) is not null;

    /// <param name="question">The API's name of it: <c>findings</c>, <c>paths</c>, ...</param>
    /// <param name="parameters">Those without a value are left out.</param>
    /// <param name="headline">Prints what stands above a table, from the summary.</param>
    /// <exception cref="InputException">The service is not there, or refuses.</exception>
    public async Task<int> Run(ParseResult parsed, string question, RowFormat format, (string Name, string? Value)[] parameters,
        CancellationToken stop, Action<JsonElement>? headline = null)
    {
        var text = await Ask(parsed, question, format == RowFormat.Table ? RowFormat.Ndjson : format, parameters, stop).ConfigureAwait(false);
        if (format == RowFormat.Table) PrintTable(question, text, headline);
        else await Console.Out.WriteAsync(text.AsMemory(), stop).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>The answer to look into, as far as a service gives it at once: its rows, and the summary as the last.</summary>
    public async Task<List<JsonElement>> Rows(ParseResult parsed, string question, (string Name, string? Value)[] parameters,
        CancellationToken stop) =>
        RowsOf(await Ask(parsed, question, RowFormat.Ndjson, [.. parameters, ("limit", MostRows)], stop).ConfigureAwait(false));

    private static List<JsonElement> RowsOf(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private Task<string> Ask(ParseResult parsed, string question, RowFormat format, (string Name, string? Value)[] parameters, CancellationToken stop)
    {
        if (WhatIfCommand.IsAsked(parsed))
            throw new UsageException(
                "what-if edits a copy of the map; a running service has only the map itself: leave --url out and read its store with --map");
        var query = string.Join('&',
            parameters.Where(one => one.Value is not null).Append(("format", format.ToString().ToLowerInvariant()))
                .Select(one => $"{one.Item1}={Uri.EscapeDataString(one.Item2!)}"));
        return Get(new Uri(parsed.GetValue(_url)!, $"/api/{question}?{query}"), stop);
    }

    private static async Task<string> Get(Uri address, CancellationToken stop)
    {
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(address, stop).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? text : throw new InputException($"{address}: {(int)response.StatusCode}: {DetailOf(text)}");
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException
            || unreachable is TaskCanceledException && !stop.IsCancellationRequested)
        {
            throw new InputException($"{address}: {unreachable.Message}");
        }
    }

    /// <summary>RFC 9457: the <c>detail</c> of a problem.</summary>
    private static string DetailOf(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static void PrintTable(string question, string lines, Action<JsonElement>? headline)
    {
        var all = RowsOf(lines).ToLookup(row => row.TryGetProperty("summary", out _));
        List<JsonElement> rows = [.. all[false]];
        foreach (var summary in all[true])
        {
            headline?.Invoke(summary);
            PrintWorth(summary, rows.Count);
        }

        if (rows.Count == 0) return;
        ImmutableArray<Column<JsonElement>> columns = [.. rows[0].EnumerateObject().Where(one => IsForTable(one.Value))
            .Select(one => Column.Word<JsonElement>(one.Name, row => row.TryGetProperty(one.Name, out var value) ? TextOf(value) : ""))];
        using var output = Console.OpenStandardOutput();
        using var writer = new RowWriter<JsonElement>(output, RowFormat.Table, question, columns);
        foreach (var row in rows) writer.Write(row);
    }

    /// <summary>An empty list alone is never an answer: why nothing is there, and what was not looked at.</summary>
    private static void PrintWorth(JsonElement summary, int rows)
    {
        if (rows == 0)
            Console.Error.WriteLine(
                summary.TryGetProperty("absence", out var absence) && absence.ValueKind == JsonValueKind.String ? absence.GetString() : "nothing");
        if (summary.TryGetProperty("reasons", out var reasons) && reasons.ValueKind == JsonValueKind.Array)
            foreach (var reason in reasons.EnumerateArray()) Console.Error.WriteLine($"  {reason}");
        if (summary.TryGetProperty("complete", out var complete) && complete.ValueKind == JsonValueKind.False)
            Console.Error.WriteLine("  not complete: the service has a bound on what one question may cost");
    }

    /// <summary>Of lists the hops only: evidence and details are for a format that programs read.</summary>
    private static bool IsForTable(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => false,
        JsonValueKind.Array => value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Object && value[0].TryGetProperty("to", out _),
        _ => true,
    };

    private static string Supposed(JsonElement hop) =>
        hop.TryGetProperty("direction", out var direction) && direction.GetString() is "permitted" or "permitted-pull" or "assumed"
            ? $", {direction}"
            : "";

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array =>
            string.Join(", ",
                value.EnumerateArray()
                    .Select(one =>
                        one.ValueKind == JsonValueKind.Object && one.TryGetProperty("to", out var to)
                            ? $"{to} ({one.GetProperty("service")}{Supposed(one)})"
                            : TextOf(one))),
        JsonValueKind.Null => "",
        _ => NumberOrTime(value.GetRawText()),
    };

    private static string NumberOrTime(string number) =>
        Moment().IsMatch(number) && QueryTime.TryParse(number, Timestamp.Never, out var time) ? time.ToString() : number;

    /// <summary>Times have nine decimals (contract, Formats), and nothing else has.</summary>
    [GeneratedRegex(@"^\d+\.\d{9}$")]
    private static partial Regex Moment();

    private static Uri? Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"'{result.Tokens[0].Value}' is no http address");
        return null;
    }
}
