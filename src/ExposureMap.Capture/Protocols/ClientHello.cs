using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>What carries a ClientHello, by the letter that begins its JA4 fingerprint (FoxIO, "JA4: TLS Client Fingerprinting").</summary>
internal enum HelloCarrier : byte { Stream = (byte)'t', Datagram = (byte)'d', Quic = (byte)'q' }

/// <summary>
/// What the first message of a TLS client says of both ends: RFC 8446 section 4.1.2, RFC 6347 section 4.2.1 with its cookie, RFC 9001 section 4.
/// It is read as far as it is there; its fingerprint is only told when it is whole.
/// </summary>
internal static class ClientHello
{
    public const int LeastOctets = 34;                           // version and random

    private const ushort ServerName = 0, Alpn = 16;              // RFC 6066 section 3, RFC 7301
    private const int MaximumName = 255;                         // RFC 1035 section 2.3.4

    /// <param name="hello">The handshake message's body: client version first.</param>
    public static void Read(ReadOnlySpan<byte> hello, HelloCarrier carrier, Notes notes)
    {
        notes.SenderIs(Party.Client);
        var reader = new Cursor(hello);
        SkipToSuites(ref reader, carrier);
        reader.Skip(reader.U16());
        reader.Skip(reader.U8());
        ReadOnlySpan<byte> name = default;
        int length = reader.U16();
        var isWhole = reader.Ok && reader.Left >= length;
        var extensions = new Cursor(reader.TakeUpTo(length));
        while (extensions.Left >= 4)
        {
            var type = extensions.U16();
            var content = extensions.TakeUpTo(extensions.U16());
            if (type == ServerName && content is [_, _, 0, var high, var low, ..]) name = content[5..Math.Min(content.Length, 5 + (high << 8 | low))];
            if (type == Alpn && content.IndexOf("anydesk/"u8) >= 0) notes.Carries("anydesk");
        }

        if (name.Length > 0) NoteServerName(name, notes);
        if (!notes.Keeps(Effect.Identify))
        {
            notes.Effect(Effect.Identify);
            return;
        }

        var shown = name.Length > 0 ? WireText.Clean(name) : "no server name";
        var fingerprint = isWhole ? Ja4.Of(hello, carrier) : "unknown (cut)";
        notes.Operation(Effect.Identify, $"ClientHello for {shown}, JA4 {fingerprint}");
    }

    /// <summary>Version, random, session id, and on DTLS the cookie (RFC 6347 section 4.2.1) stand before the cipher suites.</summary>
    public static void SkipToSuites(ref Cursor reader, HelloCarrier carrier)
    {
        reader.Skip(LeastOctets);
        reader.Skip(reader.U8());
        if (carrier == HelloCarrier.Datagram) reader.Skip(reader.U8());
    }

    private static void NoteServerName(ReadOnlySpan<byte> name, Notes notes)
    {
        if (name.Length <= MaximumName && name.Contains((byte)'.')) notes.Fact(notes.Receiver.Address, FactKind.Name, name, Certainty.Announced);
        if (name.EndsWith(".net.anydesk.com"u8)) notes.Carries("anydesk");
        else if (name.EndsWith(".teamviewer.com"u8) && name.StartsWith("router"u8)) notes.Carries("teamviewer");
    }
}
