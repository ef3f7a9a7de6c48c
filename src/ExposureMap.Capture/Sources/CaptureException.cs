namespace ExposureMap.Capture.Sources;

/// <summary>
/// An input could not be opened at all; the message names it, the reason and, where there is one, the remedy. Commands end with exit code 1.
/// </summary>
public sealed class CaptureException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The file is no capture at all: of a directory it is passed over without a word.</summary>
    public bool IsForeign { get; init; }
}
