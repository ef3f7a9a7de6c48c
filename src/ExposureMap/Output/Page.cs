using System.Text;
using Spectre.Console;

namespace ExposureMap.Output;

/// <summary>
/// Lines for people. On a terminal in colours, folded to its width; into a file or a program plain, each line whole, and in large pieces:
/// laying out a line costs far more than finding out what it says.
/// </summary>
internal sealed class Page : IDisposable
{
    private const int Piece = 1 << 16;
    private const int Indent = 4;

    private readonly StringBuilder? _plain = Console.IsOutputRedirected ? new(Piece) : null;

    /// <summary>A part of a line, in one of Spectre's styles.</summary>
    public readonly record struct Part(string Text, string Style = "")
    {
        public static implicit operator Part(string text) => new(text);

        public override string ToString() => Style.Length == 0 ? Markup.Escape(Text) : $"[{Style}]{Markup.Escape(Text)}[/]";
    }

    public void Line(params ReadOnlySpan<Part> parts)
    {
        if (_plain is null) AnsiConsole.MarkupLine(string.Concat(parts.ToArray()));
        else Append(_plain, parts);
    }

    /// <summary>A line that belongs to the one above: indented as a whole, also where the terminal is too narrow for it.</summary>
    public void Under(params ReadOnlySpan<Part> parts)
    {
        if (_plain is null) AnsiConsole.Write(new Padder(new Markup(string.Concat(parts.ToArray())), new Padding(Indent, 0, 0, 0)));
        else Append(_plain.Append(' ', Indent), parts);
    }

    /// <summary>Writes what is still held back.</summary>
    public void Dispose()
    {
        if (_plain is null) return;
        foreach (var chunk in _plain.GetChunks()) Console.Out.Write(chunk.Span);
        _plain.Clear();
    }

    private void Append(StringBuilder plain, ReadOnlySpan<Part> parts)
    {
        foreach (var part in parts) plain.Append(part.Text);
        plain.AppendLine();
        if (plain.Length >= Piece) Dispose();
    }
}
