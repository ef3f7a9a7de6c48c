using System.CommandLine;
using ExposureMap.Capture;
using ExposureMap.Capture.Sources;
using ExposureMap.Commands;
using ExposureMap.Store;

var root = new RootCommand("ExposureMap draws who can reach whom from mirrored traffic, and flags every path from IT into control systems and meters.")
{
    AnalyzeCommand.Create(),
    FindingsCommand.Create(),
    EvidenceCommand.Create(),
    PathsCommand.Create(),
    TimedCommand.Reach(),
    TimedCommand.Exposed(),
    CutCommand.Create(),
    ChokeCommand.Create(),
    WhatIfCommand.Create(),
    CoverageCommand.Create(),
    DiffCommand.Create(),
    BaselineCommand.Create(),
    PolicyCommand.Create(),
    IncidentCommand.Create(),
    TableCommand.Assets(),
    SegmentsCommand.Create(),
    TableCommand.Conduits(),
    ConversationsCommand.Create(),
    RunCommand.Create(),
    InterfacesCommand.Create(),
    ExportCommand.Create(),
    ConfigCommand.Create(),
    DemoCommand.Create(),
    CompletionCommand.Create(),
};
Examples.AddTo(root);

LargePages.AdviseHeap();
try
{
    var parsed = root.Parse(args);
    if (WrongUsage.IsRefused(parsed, args)) return ExitCode.WrongUsage;
    var output = parsed.Errors.Count > 0 ? Console.Error : Console.Out;      // what is not data goes to standard error
    var code = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = RunCommand.LongestStop, Output = output });
    return parsed.Errors.Count > 0 ? ExitCode.WrongUsage : code;
}
catch (Exception refused) when (refused is CaptureException or StoreException or InputException)
{
    Console.Error.WriteLine($"exposuremap: {refused.Message}");
    return ExitCode.BadInput;
}
catch (IOException failed)
{
    Console.Error.WriteLine($"exposuremap: the answer cannot be written: {failed.Message}");
    return ExitCode.BadInput;
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
