using System.CommandLine;
using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using ExposureMap.Ingest;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap conversations CAPTURE...</c></summary>
internal static class ConversationsCommand
{
    public static Command Create()
    {
        var captures =
            new Argument<string[]>("CAPTURE")
            {
                Description = "capture files or directories of them; - for standard input",
                Arity = ArgumentArity.OneOrMore
            };
        var format = CommonOptions.Format();
        var command = new Command("conversations", "The conversations of captures, one a line, with Zeek's conn.log names.") { captures, format };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed.GetValue(captures)!, CommonOptions.FormatOf(parsed, format), stop)));
        return command;
    }

    private static int Run(string[] captures, RowFormat format, CancellationToken stop)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var writer = new RowWriter<ConversationRow>(output, format, "conversations", ConversationColumns.All);
        using var source = CaptureSet.Open(captures);
        CaptureReading.Read(source, new Printer(writer), new ReadProgress(), ConversationTable.DefaultMemory, stop);
        writer.End();
        if (source.Problem is null) return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
        Console.Error.WriteLine($"exposuremap: {source.Problem}");
        return ExitCode.BadInput;
    }

    private sealed class Printer(RowWriter<ConversationRow> writer) : IObserver
    {
        public void OnConversation(Conversation now, Conversation? before) => writer.Write(new(now));

        public void OnFact(AssetFact fact)
        {
        }
    }
}
