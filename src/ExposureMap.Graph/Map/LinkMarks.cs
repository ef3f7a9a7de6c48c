namespace ExposureMap.Graph.Map;

/// <summary>What searches ask of a conduit, yes or no.</summary>
[Flags]
public enum LinkMarks
{
    None,

    /// <summary>
    /// It stands for a conversation, for a usable one, for one that was rejected or blocked, for a usable one whose originator is certain.
    /// </summary>
    Used = 1,
    Usable = 2,
    Denied = 4,
    Certain = 8,

    /// <summary>The service is told by payload.</summary>
    Payload = 16,

    /// <summary>Nobody was seen to use it (<see cref="MapEdit"/>).</summary>
    Supposed = 32,

    // What the originator's messages did to the responder ...
    Writes = 64,
    Commands = 128,

    // ... and the responder's to the originator.
    ReadsBack = 256,
    WritesBack = 512,
    CommandsBack = 1024,

    /// <summary>Polls, or programs: who does that belongs to the plant.</summary>
    Works = 2048,
}
