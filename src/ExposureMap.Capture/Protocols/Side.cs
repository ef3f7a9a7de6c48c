namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The two ends of a conversation, told apart by their addresses. Unlike <see cref="Notes.FromOriginator"/> this does not turn over
/// when the content shows that the originator was guessed wrong, so it can be remembered.
/// </summary>
internal static class Side
{
    public static bool IsLower(Notes notes) => notes.Sender.CompareTo(notes.Receiver) < 0;
}
