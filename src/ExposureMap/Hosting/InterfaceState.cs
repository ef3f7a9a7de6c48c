namespace ExposureMap.Hosting;

/// <summary>How the capture on one interface fares. What it means for the map: of a time in which it was not watching, nothing is known.</summary>
internal enum InterfaceState
{
    Opening,
    Live,

    /// <summary>Watching, but no frame came for a while: an idle wire, or a mirror port that is no longer fed.</summary>
    Silent,

    /// <summary>Watching, but frames were lost lately.</summary>
    Lossy,
    LinkDown,

    /// <summary>There is no such interface now.</summary>
    Missing,

    /// <summary>It is there and cannot be captured.</summary>
    Error,
    Stopped,
}

internal static class InterfaceStateWords
{
    private static readonly string[] Words = ["opening", "live", "silent", "lossy", "link-down", "missing", "error", "stopped"];

    public static IReadOnlyList<string> All => Words;

    public static string Word(this InterfaceState state) => Words[(int)state];

    public static bool IsWatching(this InterfaceState state) => state is InterfaceState.Live or InterfaceState.Silent or InterfaceState.Lossy;
}
