using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ExposureMap.Commands;

namespace ExposureMap.Output;

/// <summary>Lays a drawing out with the <c>dot</c> program.</summary>
internal static partial class GraphViz
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The picture without the comment that names the version which drew it, so that pictures differ only where they look different,
    /// without the reference to a document type
    /// elsewhere, and with a colour that SVG 1.1 knows (GraphViz before 3.0 writes "transparent", which some draw black).</summary>
    /// <exception cref="InputException">GraphViz is missing, takes too long, or refuses.</exception>
    public static async Task<string> ToSvg(string dot, CancellationToken stop)
    {
        using var process = Start();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            var svg = process.StandardOutput.ReadToEndAsync(patience.Token);
            var complaints = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(dot.AsMemory(), patience.Token).ConfigureAwait(false);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            var text = await svg.ConfigureAwait(false);
            return process.ExitCode == 0
                ? Portable(text)
                : throw new InputException($"dot failed: {(await complaints.ConfigureAwait(false)).Trim()}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new InputException($"dot took longer than {Patience.TotalSeconds:0} s: draw less (--max-nodes, --segments-only)");
        }
        catch (IOException broken)
        {
            throw new InputException($"dot failed: {broken.Message}");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    internal static string Portable(string svg) =>
        Preamble().Replace(svg.ReplaceLineEndings("\n"), "").Replace("stroke=\"transparent\"", "stroke=\"none\"", StringComparison.Ordinal);

    private static Process Start()
    {
        var start = new ProcessStartInfo("dot", ["-Tsvg"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InputException("GraphViz is not installed: apt-get install graphviz (export dot does without it)");
        }
    }

    [GeneratedRegex(@"(<!--.*?-->|<!DOCTYPE[^>]*>)\n?", RegexOptions.Singleline)]
    private static partial Regex Preamble();
}
