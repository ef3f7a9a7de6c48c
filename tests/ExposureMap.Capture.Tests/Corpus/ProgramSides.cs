using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Corpus;

/// <summary>Reads a capture as the program does and sums its conversations by their ends.</summary>
internal sealed class ProgramSides : IObserver
{
    public Dictionary<Ends, Side> Sides { get; } = [];

    public CaptureCounters Counters { get; private set; } = new();

    public static ProgramSides Read(string path)
    {
        var sides = new ProgramSides();
        var table = new ConversationTable(sides);
        using var source = CaptureFile.Open(path);
        var batch = new FrameBatch();
        while (source.Read(batch, TestContext.Current.CancellationToken)) table.Process(batch);
        table.Flush();
        sides.Counters = table.Counters;
        return sides;
    }

    public void OnConversation(Conversation now, Conversation? before)
    {
        if (now.Transport is not (Transport.Tcp or Transport.Udp or Transport.Sctp)) return;
        var (originator, responder) = (now.Originator, now.Responder);
        var ends = Ends.Of(now.ToService().TransportWord, originator.Address.ToString(), originator.Port,
            responder.Address.ToString(), responder.Port);
        if (!Sides.TryGetValue(ends, out var side)) Sides.Add(ends, side = new Side());
        side.Count(Ends.End(originator.Address.ToString(), originator.Port), now.OriginatorTraffic.Packets);
        side.Count(Ends.End(responder.Address.ToString(), responder.Port), now.ResponderTraffic.Packets);
        side.Originators.Add(Ends.End(originator.Address.ToString(), originator.Port));
        side.Duplicates += now.Duplicates;
        if (now.Transport == Transport.Tcp) side.IsEstablished = side.IsEstablished == true || now.Outcome == Outcome.Established;
        var names = now.Service.Split(',', StringSplitOptions.RemoveEmptyEntries);
        side.Services.UnionWith(names);
        if (now.ServiceBasis == ServiceBasis.Payload) side.ServicesByPayload.UnionWith(names);
        foreach (var (code, count) in now.Functions) side.Functions[code] = side.Functions.GetValueOrDefault(code) + count;
    }

    public void OnFact(AssetFact fact)
    {
    }
}
