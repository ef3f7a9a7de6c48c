using System.CommandLine;
using ExposureMap.Capture.Sources;
using ExposureMap.Commands;
using ExposureMap.Store;

var root = new RootCommand("ExposureMap draws who can reach whom from mirrored traffic, and flags every path from IT into control systems and meters.")
{
    AnalyzeCommand.Create(),
    FindingsCommand.Create(),
    EvidenceCommand.Create(),
    TableCommand.Assets(),
    TableCommand.Segments(),
    TableCommand.Conduits(),
    ConversationsCommand.Create(),
    RunCommand.Create(),
    InterfacesCommand.Create(),
    ExportCommand.Create(),
    ConfigCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = RunCommand.LongestStop });
}
catch (Exception refused) when (refused is CaptureException or StoreException or InputException)
{
    Console.Error.WriteLine($"exposuremap: {refused.Message}");
    return ExitCode.BadInput;
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
