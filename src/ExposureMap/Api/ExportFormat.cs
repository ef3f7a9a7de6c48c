using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ExposureMap.Commands;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Map;
using ExposureMap.Hosting;
using ExposureMap.Output;

namespace ExposureMap.Api;

/// <summary>A form the whole map can be had in; the same bytes as <c>exposuremap export</c> writes.</summary>
internal sealed record ExportFormat(string Name, string ContentType, Func<PublishedMap, Stream, CancellationToken, Task> Write)
{
    /// <summary>A new format is a line here.</summary>
    public static ImmutableArray<ExportFormat> All { get; } =
    [
        new("dot", "text/vnd.graphviz; charset=utf-8", (now, output, stop) => WriteText(output, Draw(DotWriter.Write, now), stop)),
        new("svg", "image/svg+xml",
            async (now, output, stop) => await WriteText(output, await GraphViz.ToSvg(Draw(DotWriter.Write, now), stop), stop)),
        new("mermaid", "text/plain; charset=utf-8", (now, output, stop) => WriteText(output, Draw(MermaidWriter.Write, now), stop)),
        new("graphml", "application/xml",
            (now, output, _) => Task.Run(() => GraphMlWriter.Write(output, MapPart.Of(now.Map, Drawing(now))), CancellationToken.None)),
        new("json", "application/json",
            (now, output, _) => Task.Run(() => MapJson.Write(output, MapPart.Of(now.Map, Drawing(now)), now.Findings), CancellationToken.None)),
        new("csv", "text/csv; charset=utf-8", WriteConduits),
    ];

    private static DiagramOptions Drawing(PublishedMap now) => new() { Paths = DrawingOptions.Worst(now.Findings) };

    private static string Draw(Func<TextWriter, MapSnapshot, DiagramOptions, IReadOnlyList<string>> writer, PublishedMap now)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        writer(text, now.Map, Drawing(now));
        return text.ToString();
    }

    private static async Task WriteText(Stream output, string text, CancellationToken stop) =>
        await output.WriteAsync(Encoding.UTF8.GetBytes(text), stop);

    private static Task WriteConduits(PublishedMap now, Stream output, CancellationToken stop)
    {
        using var writer = new RowWriter<Conduit>(output, RowFormat.Csv, "conduits", ConduitColumns.All);
        foreach (var conduit in MapPart.Of(now.Map, Drawing(now)).Conduits) writer.Write(conduit);
        return Task.CompletedTask;
    }
}
