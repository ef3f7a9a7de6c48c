using System.CommandLine;
using System.Globalization;
using ExposureMap.Configuration;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap segments</c> and <c>exposuremap segments suggest</c></summary>
internal static class SegmentsCommand
{
    public static Command Create()
    {
        var command = TableCommand.Segments();
        command.Add(Suggest());
        return command;
    }

    private static Command Suggest()
    {
        var options = new MapOptions();
        var command =
            new Command("suggest",
                "A segment file inferred from what was seen, whatever the configuration says; to be corrected by someone who knows the site.");
        options.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            using var loaded = options.Load(parsed, stop);
            var inferred = new MapSnapshot(loaded.Map.Record, new MapSettings { Segments = SegmentTable.Empty }).Segments;
            var text = new StringWriter(CultureInfo.InvariantCulture);
            SegmentFile.Write(text, inferred.Segments);
            Console.Out.Write(text.ToString());
            return Task.FromResult(loaded.ExitCode);
        });
        return command;
    }
}
