using Spectre.Console;

namespace ExposureMap.Output;

/// <summary>Lines that belong to the line above them: indented as a whole, also where the terminal is too narrow for one.</summary>
internal static class IndentedText
{
    private const int Columns = 4;

    /// <param name="markup">Spectre markup; text from the wire in it is escaped by the caller.</param>
    public static void Write(string markup) => AnsiConsole.Write(new Padder(new Markup(markup), new Padding(Columns, 0, 0, 0)));
}
