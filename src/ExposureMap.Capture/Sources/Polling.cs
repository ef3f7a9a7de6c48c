using System.Runtime.InteropServices;

namespace ExposureMap.Capture.Sources;

/// <summary>poll(2) on one file descriptor: a wait for octets that ends, so that a stop is always heard.</summary>
internal static partial class Polling
{
    private const short PollIn = 1;                            // poll.h

    public enum Answer
    {
        Nothing,
        Readable,

        /// <summary>An error or a hang-up, which reading will tell.</summary>
        Other,
    }

    public static Answer Wait(int fileDescriptor, int milliseconds)
    {
        var request = new Request { FileDescriptor = fileDescriptor, Events = PollIn };
        if (Poll(ref request, 1, milliseconds) <= 0) return Answer.Nothing;  // or interrupted by a signal
        return (request.Returned & PollIn) != 0 ? Answer.Readable : Answer.Other;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Request request, nuint count, int milliseconds);

    private struct Request
    {
        public int FileDescriptor;
        public short Events;
        public short Returned;
    }
}
