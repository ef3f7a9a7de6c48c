using System.CommandLine;
using ExposureMap.Capture.Sources;
using ExposureMap.Commands;

var root = new RootCommand("ExposureMap draws who can reach whom from mirrored traffic, and flags every path from IT into control systems and meters.")
{
    ConversationsCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (CaptureException unreadable)
{
    Console.Error.WriteLine($"exposuremap: {unreadable.Message}");
    return ExitCode.BadInput;
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
