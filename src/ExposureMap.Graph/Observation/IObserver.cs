namespace ExposureMap.Graph.Observation;

/// <summary>The one way from the capture to the map. Told by one thread at a time, never concurrently.</summary>
public interface IObserver
{
    /// <summary>
    /// Tells a conversation, or tells it again: <paramref name="before"/> is what was told of it last, as much of it as takes it back (its ends,
    /// service, outcome, traffic and effects), null the first time.
    /// </summary>
    void OnConversation(Conversation now, Conversation? before);

    void OnFact(AssetFact fact);

    /// <summary>Memory is short: conversations that nobody answered should not be told any more. Any thread may ask.</summary>
    bool IsSparing => false;
}
