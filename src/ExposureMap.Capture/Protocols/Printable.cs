namespace ExposureMap.Capture.Protocols;

/// <summary>Text inside binary messages.</summary>
internal static class Printable
{
    /// <summary>The longest run of printable ASCII (20h-7Eh) without surrounding blanks; empty when it is shorter than asked.</summary>
    public static ReadOnlySpan<byte> LongestRun(ReadOnlySpan<byte> octets, int atLeast)
    {
        var best = ReadOnlySpan<byte>.Empty;
        while (!octets.IsEmpty)
        {
            var run = Run(octets);
            if (run.Length > best.Length) best = run;
            octets = octets[Math.Min(run.Length + 1, octets.Length)..];
        }

        best = best.Trim((byte)' ');
        return best.Length >= atLeast ? best : [];
    }

    /// <summary>The printable ASCII that these octets begin with.</summary>
    public static ReadOnlySpan<byte> Run(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
        return end < 0 ? octets : octets[..end];
    }
}
