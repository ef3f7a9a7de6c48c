using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using ExposureMap.Configuration;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Output;
using Spectre.Console;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap policy check|matrix|suggest</c></summary>
internal static class PolicyCommand
{
    private const string NothingToFail =
        "--fail: the site declared no policy that anything could be outside of ('exposuremap policy suggest' writes one)";

    public static Command Create() => new("policy", "What passes between segments against what may.") { Check(), Matrix(), Suggest() };

    private static Command Check()
    {
        var options = new MapOptions();
        var format = CommonOptions.Format();
        var remote = new RemoteQuery();
        var fail = new Option<bool>("--fail") { Description = "exit with code 3 when something passed that the policy does not allow" };
        var command =
            new Command("check", "Every service between two segments: allowed, lapsed, outside the policy, or allowed and never seen.") { fail };
        options.AddTo(command);
        command.Add(format);
        remote.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var chosen = CommonOptions.FormatOf(parsed, format);
            if (remote.IsAsked(parsed)) return Ask(remote, parsed, chosen, parsed.GetValue(fail), stop);
            using var loaded = options.Load(parsed, stop);
            var matrix = new ZoneMatrix(loaded.Map);
            if (parsed.GetValue(fail) && !matrix.Policy.IsDeclared) throw new InputException(NothingToFail);
            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            using var writer = new RowWriter<ZoneFlow>(output, chosen, "policy", PolicyColumns.All);
            foreach (var flow in PolicyColumns.RowsOf(matrix)) writer.Write(flow);
            writer.End(json =>
            {
                PolicyColumns.WriteDeclared(json, matrix);
                Coverage.WriteComplete(json, loaded.Map);
            });
            Console.Error.WriteLine(
                matrix.Policy.IsDeclared
                    ? $"services between segments: {MatrixWriter.Counts(matrix.Flows)}"
                    : "the site declared no policy: what was seen is judged by none ('exposuremap policy suggest' writes one)");
            if (matrix.Flows.IsEmpty)
                Console.Error.WriteLine(
                    loaded.Map.Watched.First.IsNever
                        ? "not observed: nothing was watched"
                        : "nothing was seen to pass between segments in what was watched");
            return Task.FromResult(
                loaded.ExitCode == ExitCode.Done && parsed.GetValue(fail) && matrix.Flows.Any(PolicyColumns.IsBroken)
                    ? ExitCode.Found
                    : loaded.ExitCode);
        });
        return command;
    }

    private static async Task<int> Ask(RemoteQuery remote, ParseResult parsed, RowFormat format, bool fail, CancellationToken stop)
    {
        var code = await remote.Run(parsed, "policy", format, [], stop).ConfigureAwait(false);
        if (!fail) return code;
        var rows = await remote.Rows(parsed, "policy", [], stop).ConfigureAwait(false);
        if (rows.Any(row => row.TryGetProperty("declared", out var declared) && !declared.GetBoolean())) throw new InputException(NothingToFail);
        return rows.Any(row => row.TryGetProperty("verdict", out var verdict) && verdict.GetString() is "outside" or "lapsed")
            ? ExitCode.Found
            : code;
    }

    private static Command Matrix()
    {
        var options = new MapOptions();
        var target =
            new Option<string?>("-o", "--output")
            {
                Description = "write a picture (.svg) or a page (.html) instead of the table",
                HelpName = "FILE"
            };
        target.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !IsPicture(path) && !path.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
                result.AddError($"-o {path}: must end in .svg or .html");
        });
        var command = new Command("matrix", "The zone-and-conduit matrix of IEC 62443-3-2: rows talk to columns.") { target };
        options.AddTo(command);
        var format = CommonOptions.Format();
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            using var loaded = options.Load(parsed, stop);
            var matrix = new ZoneMatrix(loaded.Map);
            if (parsed.GetValue(target) is { } path) Save(path, matrix);
            else if (CommonOptions.FormatOf(parsed, format) is not RowFormat.Table and var chosen) WriteCells(matrix, chosen, loaded);
            else Print(matrix);
            return Task.FromResult(loaded.ExitCode);
        });
        return command;
    }

    private static Command Suggest()
    {
        var options = new MapOptions();
        var command =
            new Command("suggest",
                "The tightest policy that covers what was seen, with comments on what looks wrong; a configuration file on standard output.");
        options.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            using var loaded = options.Load(parsed, stop);
            var text = new StringWriter(CultureInfo.InvariantCulture);
            PolicyFile.Write(text, loaded.Map.Segments.Segments, new ZoneMatrix(loaded.Map));
            Console.Out.Write(text.ToString());
            return Task.FromResult(loaded.ExitCode);
        });
        return command;
    }

    private static bool IsPicture(string path) => path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase);

    private static void Save(string path, ZoneMatrix matrix)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        if (IsPicture(path)) MatrixWriter.WriteSvg(text, matrix);
        else MatrixWriter.WriteHtml(text, matrix);
        OutputFile.Write(path, text.ToString());
    }

    private static void WriteCells(ZoneMatrix matrix, RowFormat format, LoadedMap loaded)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var writer = new RowWriter<MatrixCell>(output, format, "matrix", MatrixCell.Columns);
        foreach (var cell in MatrixCell.Of(matrix)) writer.Write(cell);
        writer.End(json =>
        {
            PolicyColumns.WriteDeclared(json, matrix);
            Coverage.WriteComplete(json, loaded.Map);
        });
    }

    private static void Print(ZoneMatrix matrix)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 240;
        var table = new Table().Border(TableBorder.Minimal).AddColumn("from \\ to");
        foreach (var zone in matrix.Zones) table.AddColumn(Markup.Escape(zone.Name));
        foreach (var from in matrix.Zones)
            table.AddRow(
                [Markup.Escape(from.Name),
                    .. matrix.Zones.Select(to =>
                        from == to
                            ? "·"
                            : Markup.Escape(MatrixWriter.Counts(matrix.Between(from, to)).Replace(", ", "\n", StringComparison.Ordinal)))]);
        AnsiConsole.Write(table);
    }
}

/// <summary>Text written to a file that the caller named.</summary>
internal static class OutputFile
{
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path}: {unwritable.Message}");
        }
    }
}
