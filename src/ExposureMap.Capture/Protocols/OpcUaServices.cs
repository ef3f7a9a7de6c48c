using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>OPC UA services by the numeric id of their request's binary encoding (OPC 10000-6, annex A); the response's id is three more.</summary>
internal static class OpcUaServices
{
    public const int PublishResponse = 829;

    /// <summary>The effect of a request; null where the id is none. Opening and closing sessions does nothing yet, so it only identifies.</summary>
    public static Effect? EffectOf(int service) => service switch
    {
        422 or 428 or 437 => Effect.Identify,
        446 or 452 or 461 or 467 or 473 or 479 => Effect.Identify,
        488 or 494 or 500 or 506 => Effect.Program,              // add and delete nodes and references
        527 or 533 or 554 or 560 or 566 or 615 or 621 or 631 or 664 => Effect.Read,
        673 or 700 => Effect.Write,
        712 => Effect.Control,
        751 or 763 or 769 or 775 or 781 or 787 or 793 or 799 or 826 or 832 or 841 or 847 => Effect.Read,   // monitored items and subscriptions
        _ => null,
    };

    public static string Verb(int service) => service switch
    {
        673 => "writes values",
        700 => "changes history",
        712 => "calls a method",
        _ => "changes the address space",
    };
}
