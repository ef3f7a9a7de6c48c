using ExposureMap.Graph.Observation;
using ExposureMap.Ingest;
using Xunit;

namespace ExposureMap.Tests.Ingest;

/// <summary>What a capture says reaches the map whole and in its order, though another thread hears it.</summary>
public sealed class RelayTests : IObserver
{
    private const int Words = 10_000;

    private readonly List<string> _heard = [];
    private int _fails = int.MaxValue;

    void IObserver.OnConversation(Conversation now, Conversation? before) => throw new NotSupportedException();

    void IObserver.OnFact(AssetFact fact)
    {
        if (_heard.Count == _fails) throw new InvalidOperationException("the listener fails");
        _heard.Add(fact.Value);
    }

    [Fact]
    public void End_ThousandsOfWords_AllHeardInOrder()
    {
        using var relay = new Relay(this);
        for (var word = 0; word < Words; word++) relay.OnFact(Fact(word));
        relay.End();

        Assert.Equal(Enumerable.Range(0, Words).Select(word => Fact(word).Value), _heard);
    }

    [Fact]
    public void End_ListenerFailed_FailsTooAndNobodyWaitsForever()
    {
        _fails = 5;
        using var relay = new Relay(this);
        for (var word = 0; word < Words; word++) relay.OnFact(Fact(word));

        Assert.Throws<InvalidOperationException>(relay.End);
        Assert.Equal(_fails, _heard.Count);
    }

    private static AssetFact Fact(int word) => new(Address.IPv4(1), FactKind.Name, $"host {word}", "dns", Certainty.Announced, default);
}
