using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap export dot|svg|... [CAPTURE...]</c>: the map, or a part of it, for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create() => new("export", "The map, its segments or single paths: as a picture, or as a file for other programs.")
    {
        Format("dot", "A drawing for GraphViz: segments from the outside in, the worst paths on top.", Dot),
        Format("svg", "The same drawing as a picture; needs GraphViz (apt-get install graphviz).", Svg),
    };

    private static Command Format(string name, string description, Func<ExportRequest, TextWriter, CancellationToken, Task> write)
    {
        var options = new MapOptions();
        var output = new Option<string?>("-o", "--output") { Description = "where to write it; standard output otherwise", HelpName = "FILE" };
        var drawing = new DrawingOptions();
        var command = new Command(name, description);
        options.AddTo(command);
        command.Add(output);
        drawing.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var loaded = options.Load(parsed, stop);
            var findings = FindingCatalog.Evaluate(loaded.Map, loaded.Site.Accepted, stop: stop);
            var request = new ExportRequest(loaded, findings, drawing.Of(parsed, loaded.Map, findings, stop));
            var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
            await write(request, text, stop).ConfigureAwait(false);
            await Save(parsed.GetValue(output), text.ToString(), stop).ConfigureAwait(false);
            return loaded.ExitCode;
        });
        return command;
    }

    private static Task Dot(ExportRequest request, TextWriter output, CancellationToken stop)
    {
        foreach (var note in DotWriter.Write(output, request.Loaded.Map, request.Drawing)) Console.Error.WriteLine($"exposuremap: {note}");
        return Task.CompletedTask;
    }

    private static async Task Svg(ExportRequest request, TextWriter output, CancellationToken stop)
    {
        var dot = new StringWriter();
        await Dot(request, dot, stop).ConfigureAwait(false);
        await output.WriteAsync(await GraphViz.ToSvg(dot.ToString(), stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task Save(string? path, string text, CancellationToken stop)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        if (path is null)
        {
            using var output = Console.OpenStandardOutput();
            await output.WriteAsync(octets, stop).ConfigureAwait(false);
            return;
        }

        try
        {
            await File.WriteAllBytesAsync(path, octets, stop).ConfigureAwait(false);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path}: {unwritable.Message}");
        }
    }
}

internal sealed record ExportRequest(LoadedMap Loaded, ImmutableArray<Finding> Findings, DiagramOptions Drawing);
