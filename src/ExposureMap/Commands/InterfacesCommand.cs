using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net.NetworkInformation;
using ExposureMap.Capture.Sources;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap interfaces</c></summary>
internal static class InterfacesCommand
{
    private static readonly ImmutableArray<Column<CaptureInterface>> Columns =
    [
        Column.Word<CaptureInterface>("name", one => one.Name),
        // loopback never says
        Column.Word<CaptureInterface>("status", one => one.Status == OperationalStatus.Unknown ? "up" : one.Status.ToString().ToLowerInvariant()),
        Column.Word<CaptureInterface>("description", one => one.Description),
        Column.Words<CaptureInterface>("addresses", one => one.Addresses),
        Column.Optional<CaptureInterface>("link_type", one => one.LinkType) with { InTable = false },
        Column.Flag<CaptureInterface>("can_capture", one => one.CanCapture),
        Column.Word<CaptureInterface>("problem", one => one.Problem ?? "") with { InTable = false },
    ];

    public static Command Create()
    {
        var format = CommonOptions.Format();
        var command = new Command("interfaces", "The interfaces that can be captured, and why one cannot.") { format };
        command.SetAction(parsed => Run(CommonOptions.FormatOf(parsed, format)));
        return command;
    }

    private static int Run(RowFormat format)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput());
        using var writer = new RowWriter<CaptureInterface>(output, format, "interfaces", Columns);
        var found = Interfaces.List();
        foreach (var one in found) writer.Write(one);
        writer.End();
        foreach (var problem in found.Select(one => one.Problem).OfType<string>().Distinct(StringComparer.Ordinal))
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"exposuremap: {problem}"));
        return ExitCode.Done;
    }
}
