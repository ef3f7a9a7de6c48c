using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>The conservation law: every frame of a capture ends in exactly one counter, and what conversations count adds up to it.</summary>
public sealed class ConservationTests : IObserver
{
    private long _packets;
    private long _duplicates;

    void IObserver.OnConversation(Conversation now, Conversation? before)
    {
        _packets += now.OriginatorTraffic.Packets + now.ResponderTraffic.Packets;
        _duplicates += now.Duplicates;
    }

    void IObserver.OnFact(AssetFact fact)
    {
    }

    [Theory]
    [InlineData("tests/Samples", 80)]
    [InlineData("graphs", 3)]
    [InlineData("../shared/captures/pcaps", 100)]
    public void Process_EveryCapture_LosesNoFrame(string folder, int least)
    {
        var path = Path.Combine(Repository.Root, folder);
        Assert.SkipUnless(Directory.Exists(path), $"{folder} is missing");
        var captures = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".md", StringComparison.Ordinal) && !file.EndsWith(".yaml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Count(Holds);

        Assert.True(captures >= least, $"only {captures} captures");
    }

    private bool Holds(string path)
    {
        (_packets, _duplicates) = (0, 0);
        var table = new ConversationTable(this);
        try
        {
            using var source = CaptureFile.OpenFile(path);
            var batch = new FrameBatch();
            long read = 0;
            while (source.Read(batch, TestContext.Current.CancellationToken))
            {
                read += batch.Count;
                table.Process(batch);
            }

            table.Flush();
            var counters = table.Counters;
            Assert.True(counters.Received == counters.Accounted, $"{path}: {counters.Received} frames, {counters.Accounted} accounted for");
            Assert.True(read == counters.Received, $"{path}: {read} frames read, {counters.Received} received");
            Assert.True(counters.Transport + counters.Network + counters.Link == _packets, $"{path}: {_packets} packets in conversations");
            Assert.True(counters.Duplicates == _duplicates, $"{path}: {counters.Duplicates} duplicates, {_duplicates} in conversations");
            return true;
        }
        catch (CaptureException)
        {
            return false;                                         // a picture or a text beside the captures
        }
    }
}
