using ExposureMap.Capture;
using ExposureMap.Capture.Sources;
using ExposureMap.Commands;
using ExposureMap.Store;

var root = AllCommands.Create();
LargePages.AdviseHeap();
try
{
    var parsed = root.Parse(args);
    if (WrongUsage.IsRefused(parsed, args)) return ExitCode.WrongUsage;
    var output = parsed.Errors.Count > 0 ? Console.Error : Console.Out;      // what is not data goes to standard error
    var code = await parsed.InvokeAsync(
        new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = RunCommand.LongestStop, Output = output });
    return parsed.Errors.Count > 0 ? ExitCode.WrongUsage : code;
}
catch (Exception refused) when (refused is CaptureException or StoreException or InputException)
{
    Console.Error.WriteLine($"exposuremap: {refused.Message}");
    return ExitCode.BadInput;
}
catch (UsageException wrong)
{
    Console.Error.WriteLine($"exposuremap: {wrong.Message}");
    return ExitCode.WrongUsage;
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
