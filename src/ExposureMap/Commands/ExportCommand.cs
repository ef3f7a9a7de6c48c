using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap export dot|svg|... [CAPTURE...]</c>: the map, or a part of it, for people and for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create() => new("export", "The map, its segments or single paths: as a picture, or as a file for other programs.")
    {
        Format("dot", "A drawing for GraphViz: segments from the outside in, the worst paths on top.", Dot),
        Format("svg", "The same drawing as a picture; needs GraphViz (apt-get install graphviz).", Svg),
        Format("mermaid", "The same drawing as a Mermaid flowchart, for a README.", Mermaid),
        Format("graphml", "Assets and conduits for Gephi, yEd, networkx.", GraphMl),
        Format("json", "Everything: segments, assets, conduits, findings, coverage.", Json),
        Format("csv", "Conduits, one a line; with -o DIR also assets, each in its file.", Csv),
    };

    private static Command Format(string name, string description, Func<ExportRequest, Stream, CancellationToken, Task> write)
    {
        var options = new MapOptions();
        var target =
            new Option<string?>("-o",
                "--output")
            {
                Description = name == "csv"
                    ? "a directory for nodes.csv and edges.csv"
                    : "where to write it; standard output otherwise",
                HelpName = name == "csv" ? "DIR" : "FILE"
            };
        var drawing = new DrawingOptions();
        var command = new Command(name, description);
        options.AddTo(command);
        command.Add(target);
        drawing.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            using var loaded = options.Load(parsed, stop);
            var findings = loaded.Site.FindingsOf(loaded.Map, stop: stop);
            var request =
                new ExportRequest(loaded.Map, drawing.FindingsOf(parsed, findings), drawing.Of(parsed, loaded, findings, stop),
                    parsed.GetValue(target));
            using var text = new MemoryStream();
            await write(request, text, stop).ConfigureAwait(false);
            if (text.Length > 0) await Save(request.Target, text, stop).ConfigureAwait(false);
            return loaded.ExitCode;
        });
        return command;
    }

    private static Task Dot(ExportRequest request, Stream output, CancellationToken stop) => Draw(DotWriter.Write, request, output);

    private static Task Mermaid(ExportRequest request, Stream output, CancellationToken stop) => Draw(MermaidWriter.Write, request, output);

    private static Task GraphMl(ExportRequest request, Stream output, CancellationToken stop)
    {
        GraphMlWriter.Write(output, request.Part);
        return Task.CompletedTask;
    }

    private static Task Json(ExportRequest request, Stream output, CancellationToken stop)
    {
        MapJson.Write(output, request.Part, request.Findings);
        return Task.CompletedTask;
    }

    private static async Task Svg(ExportRequest request, Stream output, CancellationToken stop)
    {
        var dot = new MemoryStream();
        await Dot(request, dot, stop).ConfigureAwait(false);
        var svg = await GraphViz.ToSvg(Encoding.UTF8.GetString(dot.ToArray()), stop).ConfigureAwait(false);
        await output.WriteAsync(Encoding.UTF8.GetBytes(svg), stop).ConfigureAwait(false);
    }

    private static async Task Draw(Func<TextWriter, MapSnapshot, DiagramOptions, IReadOnlyList<string>> writer, ExportRequest request, Stream output)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var note in writer(text, request.Map, request.Drawing))
            await Console.Error.WriteLineAsync($"exposuremap: {note}").ConfigureAwait(false);
        await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString())).ConfigureAwait(false);
    }

    private static async Task Csv(ExportRequest request, Stream output, CancellationToken stop)
    {
        if (request.Target is not { } folder)
        {
            WriteRows(output, "edges", ConduitColumns.All, request.Part.Conduits);
            return;
        }

        using var nodes = new MemoryStream();
        using var edges = new MemoryStream();
        WriteRows(nodes, "nodes", AssetColumns.Of(request.Map), request.Part.Assets);
        WriteRows(edges, "edges", ConduitColumns.All, request.Part.Conduits);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {folder}: {unwritable.Message}");
        }

        await Save(Path.Combine(folder, "nodes.csv"), nodes, stop).ConfigureAwait(false);
        await Save(Path.Combine(folder, "edges.csv"), edges, stop).ConfigureAwait(false);
    }

    private static void WriteRows<T>(Stream output, string name, ImmutableArray<Column<T>> columns, ImmutableArray<T> rows)
    {
        using var writer = new RowWriter<T>(output, RowFormat.Csv, name, columns);
        foreach (var row in rows) writer.Write(row);
    }

    private static async Task Save(string? path, MemoryStream text, CancellationToken stop)
    {
        try
        {
            using var output = path is null or "-" ? Console.OpenStandardOutput() : File.Create(path);
            text.Position = 0;
            await text.CopyToAsync(output, stop).ConfigureAwait(false);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path ?? "to standard output"}: {unwritable.Message}");
        }
    }
}

/// <param name="Findings">Those asked for.</param>
/// <param name="Target">Null for standard output.</param>
internal sealed record ExportRequest(MapSnapshot Map, ImmutableArray<Finding> Findings, DiagramOptions Drawing, string? Target)
{
    public MapPart Part => MapPart.Of(Map, Drawing);
}
