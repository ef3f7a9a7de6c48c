using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Corpus;

/// <summary>
/// Naming a control or metering protocol that is not there is the worst mistake: in captures of offices, homes and attacks there is none.
/// </summary>
public sealed class ItOnlyCaptureTests
{
    private const int LeastCaptures = 90;

    [Fact]
    public void Conversations_OfEveryCaptureWithoutControlOrMetering_NameNeitherByPayload()
    {
        if (Repository.SharedCaptures is not { } captures)
        {
            Assert.Skip("../shared/captures is missing: real captures and the list of what is in them");
            return;
        }

        var observer = new FieldProtocols();
        var read = 0;
        foreach (var path in ItOnly(captures).Where(File.Exists))
        {
            observer.Capture = Path.GetFileName(path);
            Read(path, observer);
            read++;
        }

        Assert.Empty(observer.Named);
        Assert.InRange(read, LeastCaptures, int.MaxValue);
    }

    /// <summary>The captures in which neither tshark nor the raw decoder of truth.py sees such a protocol.</summary>
    private static IEnumerable<string> ItOnly(string captures)
    {
        var lines = File.ReadLines(Path.Combine(captures, "manifest.tsv")).Select(line => line.Split('\t')).ToArray();
        int control = Array.IndexOf(lines[0], "ot"), metering = Array.IndexOf(lines[0], "metering");
        return lines.Skip(1).Where(line => line[control] == "-" && line[metering] == "-").Select(line => Path.Combine(captures, line[0]));
    }

    private static void Read(string path, FieldProtocols observer)
    {
        var table = new ConversationTable(observer);
        using var source = CaptureFile.Open(path);
        var batch = new FrameBatch();
        while (source.Read(batch, TestContext.Current.CancellationToken)) table.Process(batch);
        table.Flush();
    }

    private sealed class FieldProtocols : IObserver
    {
        public string Capture { get; set; } = "";

        public List<string> Named { get; } = [];

        public void OnConversation(Conversation now, Conversation? before)
        {
            if (now.ServiceBasis == ServiceBasis.Payload && now.ToService().Family() != ServiceFamily.Other)
                Named.Add($"{Capture}: {now.Service} {now.Originator} {now.Responder}");
        }

        public void OnFact(AssetFact fact)
        {
        }
    }
}
